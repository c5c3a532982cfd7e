// SPDX-License-Identifier: GPL-3.0-or-later
// Differences of sources that answer on threads of their own, asked for and given up by others, without Qt, for
// ThreadSanitizer. Exit status 0 when every request was answered as it should be.
#include "core/cache/difference_source.h"
#include "tests/core/fake_source.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace {

using namespace headscope;

constexpr std::size_t length = 700; ///< four strips
std::atomic<int> right{0}, wrong{0}, late{0};

FakeSource::Cell cellOf(std::size_t row, std::size_t column, std::size_t factor)
{
    return {static_cast<float>(row * factor + column), column > row ? CellKind::Masked : CellKind::Allowed};
}

/// Row 3 · r + c of one side, r + c of the other: the difference is 2 · r.
bool isRight(const PatternTile& tile)
{
    for (std::size_t row = 0; row < tile.height; ++row) {
        const std::size_t last = std::min(tile.rows.begin + (row + 1) * tile.rowStep, tile.rows.end) - 1;
        for (std::size_t column = 0; column < tile.width; ++column)
            if (tile.kind(row, column) == CellKind::Allowed && tile.value(row, column) != 2 * static_cast<float>(last))
                return false;
    }
    return tile.rows.size() > 0;
}

/// Asks again and again, keeps some tickets, drops others at once or while the answer is under way.
void user(PatternSource& source, unsigned seed, int requests)
{
    std::mt19937 random(seed);
    for (int i = 0; i < requests; ++i) {
        const std::size_t begin = random() % (length - 1), end = begin + 1 + random() % (length - begin);
        struct State {
            std::atomic<bool> answered{false}, dropped{false};
        };
        const auto state = std::make_shared<State>();
        const std::size_t most = random() % 2 * (1 + random() % 20);
        Ticket ticket = source.request({0}, {0}, Stage::Pattern, {begin, end}, {0, length},
            {.maxHeight = most, .maxWidth = most}, [state](const PatternTilePtr& tile, const std::exception_ptr& why) {
                if (state->answered.exchange(true) || why || !isRight(*tile))
                    ++wrong;
                else
                    ++(state->dropped.load() ? late : right);
            });
        switch (random() % 4) {
        case 0:
            state->dropped = true; // a call may be under way
            ticket.withdraw();
            break;
        case 1:
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
            state->dropped = true;
            ticket = Ticket();
            break;
        default:
            while (!state->answered)
                std::this_thread::yield();
        }
    }
}

/// Both sides fail at the same time: one answer.
void unlucky(PatternSource& source, int requests)
{
    for (int i = 0; i < requests; ++i) {
        const auto calls = std::make_shared<std::atomic<int>>(0);
        const Ticket ticket = source.request({0}, {0}, Stage::Pattern, {0, length}, {0, length}, {},
            [calls](const PatternTilePtr& tile, const std::exception_ptr& why) { ++(tile || !why ? wrong : *calls); });
        while (*calls == 0)
            std::this_thread::yield();
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        ++(*calls == 1 ? right : wrong);
    }
}

} // namespace

int main(int count, char** arguments)
{
    const int requests = count > 1 ? std::atoi(arguments[1]) : 60;
    const auto a = std::make_shared<FakeSource>(
        length, [](std::size_t row, std::size_t column) { return cellOf(row, column, 3); });
    const auto b = std::make_shared<FakeSource>(
        length, [](std::size_t row, std::size_t column) { return cellOf(row, column, 1); });
    const auto difference = differenceOf(a, b);
    {
        const auto answer = [](const std::stop_token& stop, FakeSource& source) {
            while (!stop.stop_requested())
                if (!source.answerOne())
                    std::this_thread::yield();
        };
        const std::jthread first(answer, std::ref(*a)), second(answer, std::ref(*b));
        std::vector<std::jthread> users;
        for (unsigned seed = 1; seed <= 3; ++seed)
            users.emplace_back(user, std::ref(*difference), seed, requests);
        users.clear(); // joined
        a->failing = b->failing = true;
        unlucky(*difference, 20 * requests);
    }
    a->forget();
    b->forget();
    std::printf("%d right, %d late, %d wrong\n", right.load(), late.load(), wrong.load());
    return wrong == 0 && right > 20 * requests ? 0 : 1;
}
