# SPDX-License-Identifier: GPL-3.0-or-later
# headscope_libtorch: LibTorch's headers and libraries, straight from the directory that Torch_DIR (or CMAKE_PREFIX_PATH)
# leads to. Torch's own package file is not used: for a CUDA build, which is what pip gives most people, it stops unless a
# whole CUDA toolkit is installed, although neither compiling nor running needs one.
find_path(Torch_DIR TorchConfig.cmake HINTS ${CMAKE_PREFIX_PATH} $ENV{CMAKE_PREFIX_PATH} PATH_SUFFIXES share/cmake/Torch
  DOC "Directory of LibTorch's TorchConfig.cmake")
if(NOT EXISTS "${Torch_DIR}/TorchConfig.cmake")
  message(FATAL_ERROR "Torch_DIR: expected the directory of LibTorch's TorchConfig.cmake, found '${Torch_DIR}'")
endif()
cmake_path(SET torch_root NORMALIZE "${Torch_DIR}/../../..")

file(STRINGS "${Torch_DIR}/TorchConfigVersion.cmake" torch_version REGEX "PACKAGE_VERSION \"")
string(REGEX MATCH "[0-9]+\\.[0-9]+(\\.[0-9]+)?" torch_version "${torch_version}")
if(torch_version VERSION_LESS 2.11 OR torch_version VERSION_GREATER_EQUAL 2.14)
  message(WARNING "LibTorch ${torch_version} in ${torch_root}: Headscope is made for 2.11 to 2.13")
endif()
message(STATUS "LibTorch ${torch_version} in ${torch_root}")

add_library(headscope_libtorch INTERFACE)
target_include_directories(headscope_libtorch SYSTEM INTERFACE "${torch_root}/include"
  "${torch_root}/include/torch/csrc/api/include")
foreach(name c10 torch_cpu)
  find_library(headscope_${name} ${name} PATHS "${torch_root}/lib" NO_DEFAULT_PATH REQUIRED)
  mark_as_advanced(headscope_${name})
  target_link_libraries(headscope_libtorch INTERFACE "${headscope_${name}}")
endforeach()
# The CUDA half registers itself when it is loaded; nothing refers to it by name, so the linker must be told to keep it.
find_library(headscope_torch_cuda torch_cuda PATHS "${torch_root}/lib" NO_DEFAULT_PATH)
mark_as_advanced(headscope_torch_cuda)
if(headscope_torch_cuda)
  target_link_options(headscope_libtorch INTERFACE "LINKER:--allow-shlib-undefined")
  target_link_libraries(headscope_libtorch INTERFACE "-Wl,--no-as-needed,${headscope_torch_cuda},--as-needed")
endif()
