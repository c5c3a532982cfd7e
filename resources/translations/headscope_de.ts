<?xml version="1.0" encoding="utf-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
 <context>
  <name>Headscope</name>
  <message>
   <source>  adds %1 logits</source>
   <translation>  trägt %1 Logits bei</translation>
  </message>
  <message>
   <source>  all equal</source>
   <translation>  alle gleich</translation>
  </message>
  <message>
   <source>  largest |Δ| %1</source>
   <translation>  größtes |Δ| %1</translation>
  </message>
  <message>
   <source>  largest |Δ| as shown %1</source>
   <translation>  größtes |Δ| wie gezeigt %1</translation>
  </message>
  <message>
   <source>  ·  %1 locked</source>
   <translation>  ·  %1 fixiert</translation>
  </message>
  <message>
   <source>  ·  locked</source>
   <translation>  ·  fixiert</translation>
  </message>
  <message>
   <source>  ·  prompt %1</source>
   <translation>  ·  Prompt %1</translation>
  </message>
  <message>
   <source> %</source>
   <translation> %</translation>
  </message>
  <message>
   <source> (and %1 more)</source>
   <translation> (und %1 weitere)</translation>
  </message>
  <message>
   <source> (not compared yet)</source>
   <translation> (noch nicht verglichen)</translation>
  </message>
  <message>
   <source> (not finished)</source>
   <translation> (nicht fertig)</translation>
  </message>
  <message>
   <source> MiB</source>
   <translation> MiB</translation>
  </message>
  <message>
   <source> nats</source>
   <translation> nats</translation>
  </message>
  <message>
   <source> pt</source>
   <translation> pt</translation>
  </message>
  <message>
   <source>#</source>
   <translation>#</translation>
  </message>
  <message>
   <source>%1 %</source>
   <translation>%1 %</translation>
  </message>
  <message>
   <source>%1 adds %2 logits to A − B</source>
   <translation>%1 trägt %2 Logits zu A − B bei</translation>
  </message>
  <message>
   <source>%1 against %2</source>
   <translation>%1 gegen %2</translation>
  </message>
  <message numerus="yes">
   <source>%1 and %n more files are there already. Replace them?</source>
   <translation>
    <numerusform>%1 und %n weitere Datei gibt es schon. Ersetzen?</numerusform>
    <numerusform>%1 und %n weitere Dateien gibt es schon. Ersetzen?</numerusform>
   </translation>
  </message>
  <message>
   <source>%1 compared in %2 s, gravest verdict: %3</source>
   <translation>%1 verglichen in %2 s, schwerstes Urteil: %3</translation>
  </message>
  <message>
   <source>%1 heads</source>
   <translation>%1 Köpfe</translation>
  </message>
  <message>
   <source>%1 is there already. Replace it?</source>
   <translation>%1 gibt es schon. Ersetzen?</translation>
  </message>
  <message>
   <source>%1 layers × %2 heads</source>
   <translation>%1 Schichten × %2 Köpfe</translation>
  </message>
  <message>
   <source>%1 nats</source>
   <translation>%1 nats</translation>
  </message>
  <message>
   <source>%1 of %2</source>
   <translation>%1 von %2</translation>
  </message>
  <message>
   <source>%1 of %2 (%3 layers of %4 heads)</source>
   <translation>%1 von %2 (%3 Schichten zu je %4 Köpfen)</translation>
  </message>
  <message>
   <source>%1 of %2 dimensions make 80 % of the score</source>
   <translation>%1 von %2 Dimensionen machen 80 % des Scores aus</translation>
  </message>
  <message>
   <source>%1 of %2 heads</source>
   <translation>%1 von %2 Köpfen</translation>
  </message>
  <message>
   <source>%1 of %2 positions are padding on the left, hatched, that takes no part</source>
   <translation>%1 von %2 Positionen sind Padding links, schraffiert, das nicht mitwirkt</translation>
  </message>
  <message>
   <source>%1 of %2 positions are padding on the right, hatched, that takes no part</source>
   <translation>%1 von %2 Positionen sind Padding rechts, schraffiert, das nicht mitwirkt</translation>
  </message>
  <message>
   <source>%1 of %2: </source>
   <translation>%1 von %2: </translation>
  </message>
  <message>
   <source>%1 of 4 steps</source>
   <translation>%1 von 4 Schritten</translation>
  </message>
  <message>
   <source>%1 pairs</source>
   <translation>%1 Paare</translation>
  </message>
  <message>
   <source>%1 prompts, %2 tokens, padded to %3</source>
   <translation>%1 Prompts, %2 Token, aufgefüllt auf %3</translation>
  </message>
  <message>
   <source>%1 real tokens compared; logit differences are means over the prompts</source>
   <translation>%1 echte Token verglichen; Logit-Differenzen sind Mittel über die Prompts</translation>
  </message>
  <message>
   <source>%1 rows</source>
   <translation>%1 Zeilen</translation>
  </message>
  <message>
   <source>%1 s</source>
   <translation>%1 s</translation>
  </message>
  <message>
   <source>%1 tokens</source>
   <translation>%1 Token</translation>
  </message>
  <message>
   <source>%1 tokens look at %2 tokens of another text</source>
   <translation>%1 Token schauen auf %2 Token eines anderen Textes</translation>
  </message>
  <message>
   <source>%1 tokens look at one another</source>
   <translation>%1 Token schauen aufeinander</translation>
  </message>
  <message>
   <source>%1 without special tokens</source>
   <translation>%1 ohne besondere Token</translation>
  </message>
  <message>
   <source>%1 – Headscope</source>
   <translation>%1 – Headscope</translation>
  </message>
  <message>
   <source>%1, like for like</source>
   <translation>%1, je mit Seinesgleichen</translation>
  </message>
  <message>
   <source>%1, locked</source>
   <translation>%1, fixiert</translation>
  </message>
  <message>
   <source>%1, picked</source>
   <translation>%1, ausgewählt</translation>
  </message>
  <message>
   <source>%1. Return: the next one, Shift+Return: the one before, Esc: close</source>
   <translation>%1. Eingabe: der nächste, Umschalt+Eingabe: der vorige, Esc: schließen</translation>
  </message>
  <message>
   <source>%1: %2, p %3 · the model's choice has rank %4, p %5</source>
   <translation>%1: %2, p %3 · was das Modell wählt, hat Rang %4, p %5</translation>
  </message>
  <message>
   <source>%1: expected %2, found %3</source>
   <translation>%1: erwartet war %2, gefunden wurde %3</translation>
  </message>
  <message numerus="yes">
   <source>%n files</source>
   <translation>
    <numerusform>%n Datei</numerusform>
    <numerusform>%n Dateien</numerusform>
   </translation>
  </message>
  <message>
   <source>&amp;About</source>
   <translation>Ü&amp;ber</translation>
  </message>
  <message>
   <source>&amp;About Headscope</source>
   <translation>Ü&amp;ber Headscope</translation>
  </message>
  <message>
   <source>&amp;Browse…</source>
   <translation>&amp;Durchsuchen…</translation>
  </message>
  <message>
   <source>&amp;Cache</source>
   <translation>&amp;Cache</translation>
  </message>
  <message>
   <source>&amp;Cancel</source>
   <translation>&amp;Abbrechen</translation>
  </message>
  <message>
   <source>&amp;Clear picked heads</source>
   <translation>Auswahl auf&amp;heben</translation>
  </message>
  <message>
   <source>&amp;Colour scale</source>
   <translation>&amp;Farbskala</translation>
  </message>
  <message>
   <source>&amp;Copy picture</source>
   <translation>Bild &amp;kopieren</translation>
  </message>
  <message>
   <source>&amp;Dark</source>
   <translation>&amp;Dunkel</translation>
  </message>
  <message>
   <source>&amp;Delete</source>
   <translation>&amp;Löschen</translation>
  </message>
  <message>
   <source>&amp;Device</source>
   <translation>G&amp;erät</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Bearbeiten</translation>
  </message>
  <message>
   <source>&amp;Export</source>
   <translation>&amp;Exportieren</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>Date&amp;i</translation>
  </message>
  <message>
   <source>&amp;Find token…</source>
   <translation>&amp;Token finden…</translation>
  </message>
  <message>
   <source>&amp;Format</source>
   <translation>&amp;Format</translation>
  </message>
  <message>
   <source>&amp;Heads like this one</source>
   <translation>Ähnli&amp;che Köpfe</translation>
  </message>
  <message>
   <source>&amp;Heatmap</source>
   <translation>&amp;Heatmap</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hilfe</translation>
  </message>
  <message>
   <source>&amp;Induction</source>
   <translation>&amp;Induktion</translation>
  </message>
  <message>
   <source>&amp;Keyboard shortcuts</source>
   <translation>&amp;Tastenkürzel</translation>
  </message>
  <message>
   <source>&amp;Label size</source>
   <translation>&amp;Schriftgröße</translation>
  </message>
  <message>
   <source>&amp;Length</source>
   <translation>&amp;Länge</translation>
  </message>
  <message>
   <source>&amp;Libraries</source>
   <translation>B&amp;ibliotheken</translation>
  </message>
  <message>
   <source>&amp;Light</source>
   <translation>&amp;Hell</translation>
  </message>
  <message>
   <source>&amp;Lock head</source>
   <translation>Kopf &amp;fixieren</translation>
  </message>
  <message>
   <source>&amp;Manage layouts…</source>
   <translation>Layouts &amp;verwalten…</translation>
  </message>
  <message>
   <source>&amp;Model</source>
   <translation>&amp;Modell</translation>
  </message>
  <message>
   <source>&amp;Models</source>
   <translation>&amp;Modelle</translation>
  </message>
  <message>
   <source>&amp;Next head</source>
   <translation>&amp;Nächster Kopf</translation>
  </message>
  <message>
   <source>&amp;Open session…</source>
   <translation>Sitzung ö&amp;ffnen…</translation>
  </message>
  <message>
   <source>&amp;Palette</source>
   <translation>&amp;Palette</translation>
  </message>
  <message>
   <source>&amp;Pooled cells</source>
   <translation>&amp;Zusammengefasste Zellen</translation>
  </message>
  <message>
   <source>&amp;Previous head</source>
   <translation>&amp;Voriger Kopf</translation>
  </message>
  <message>
   <source>&amp;Prompts, one a line</source>
   <translation>Prompts, einer &amp;je Zeile</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <translation>&amp;Beenden</translation>
  </message>
  <message>
   <source>&amp;Redo</source>
   <translation>Wieder&amp;holen</translation>
  </message>
  <message>
   <source>&amp;Run</source>
   <translation>La&amp;uf</translation>
  </message>
  <message>
   <source>&amp;Same scale for all heads</source>
   <translation>&amp;Gleiche Skala für alle Köpfe</translation>
  </message>
  <message>
   <source>&amp;Save layout as…</source>
   <translation>Layout &amp;speichern unter…</translation>
  </message>
  <message>
   <source>&amp;Save session</source>
   <translation>Sitzung &amp;speichern</translation>
  </message>
  <message>
   <source>&amp;Scale</source>
   <translation>&amp;Skalierung</translation>
  </message>
  <message>
   <source>&amp;Settings…</source>
   <translation>&amp;Einstellungen…</translation>
  </message>
  <message>
   <source>&amp;Show whole head</source>
   <translation>&amp;Ganzen Kopf zeigen</translation>
  </message>
  <message>
   <source>&amp;Stage</source>
   <translation>&amp;Werte</translation>
  </message>
  <message>
   <source>&amp;Theme</source>
   <translation>&amp;Farbschema</translation>
  </message>
  <message>
   <source>&amp;Threads</source>
   <translation>&amp;Threads</translation>
  </message>
  <message>
   <source>&amp;To</source>
   <translation>&amp;Nach</translation>
  </message>
  <message>
   <source>&amp;Undo</source>
   <translation>&amp;Rückgängig</translation>
  </message>
  <message>
   <source>&amp;Unlock head</source>
   <translation>Kopf &amp;lösen</translation>
  </message>
  <message>
   <source>&amp;Values under the pointer</source>
   <translation>Werte &amp;unter dem Zeiger</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>A&amp;nsicht</translation>
  </message>
  <message>
   <source>&amp;What</source>
   <translation>&amp;Was</translation>
  </message>
  <message>
   <source>&amp;What am I looking at?</source>
   <translation>&amp;Was sehe ich hier?</translation>
  </message>
  <message>
   <source>(nothing: padding, or a layer that has not been computed)</source>
   <translation>(nichts: Padding, oder eine noch nicht berechnete Schicht)</translation>
  </message>
  <message>
   <source>(some weights are NaN)</source>
   <translation>(einige Gewichte sind NaN)</translation>
  </message>
  <message>
   <source>, </source>
   <translation>, </translation>
  </message>
  <message>
   <source>, %1 not known yet</source>
   <translation>, %1 noch nicht bekannt</translation>
  </message>
  <message>
   <source>, head %1</source>
   <translation>, Kopf %1</translation>
  </message>
  <message>
   <source>, row %1, column %2</source>
   <translation>, Zeile %1, Spalte %2</translation>
  </message>
  <message>
   <source>. Values are those of the run, whatever the view shows</source>
   <translation>. Die Werte sind die des Laufs, was die Ansicht auch zeigt</translation>
  </message>
  <message>
   <source>0 to 1</source>
   <translation>0 bis 1</translation>
  </message>
  <message>
   <source>0 to largest</source>
   <translation>0 bis Maximum</translation>
  </message>
  <message>
   <source>0, 1, 2, … (arange)</source>
   <translation>0, 1, 2, … (arange)</translation>
  </message>
  <message>
   <source>1 pair</source>
   <translation>1 Paar</translation>
  </message>
  <message>
   <source>95 %</source>
   <translation>95 %</translation>
  </message>
  <message>
   <source>99th percentile</source>
   <translation>99. Perzentil</translation>
  </message>
  <message>
   <source>; %1 after the soft cap</source>
   <translation>; %1 nach dem Soft-Cap</translation>
  </message>
  <message>
   <source>; %1 not explained by them</source>
   <translation>; %1 erklären sie nicht</translation>
  </message>
  <message>
   <source>; 0 is neutral, and one end of the colours is as far from 0 as the other.</source>
   <translation>; 0 ist neutral, und das eine Ende der Farben ist so weit von 0 wie das andere.</translation>
  </message>
  <message>
   <source>; a token sees itself and those before it, and what it may not see is masked (grey)</source>
   <translation>; ein Token sieht sich und die davor, und was es nicht sehen darf, ist maskiert (grau)</translation>
  </message>
  <message>
   <source>; beside each array stands a .json file with its tokens and what made it</source>
   <translation>; neben jedem Array steht eine .json-Datei mit seinen Token und seiner Herkunft</translation>
  </message>
  <message>
   <source>; end of text in prompt %1</source>
   <translation>; Textende in Prompt %1</translation>
  </message>
  <message>
   <source>; every token may see every other one</source>
   <translation>; jedes Token darf jedes andere sehen</translation>
  </message>
  <message>
   <source>; no model is run here.</source>
   <translation>; hier läuft kein Modell.</translation>
  </message>
  <message>
   <source>; special tokens always take part in a rollout</source>
   <translation>; an einem Rollout haben besondere Token immer teil</translation>
  </message>
  <message>
   <source>; special tokens are not shown</source>
   <translation>; besondere Token werden nicht gezeigt</translation>
  </message>
  <message>
   <source>; special tokens are not shown, and the rest of each row is scaled up to 1</source>
   <translation>; besondere Token werden nicht gezeigt, und der Rest jeder Zeile ist auf 1 hochgerechnet</translation>
  </message>
  <message>
   <source>; the settings were changed since, and F5 runs them.</source>
   <translation>; die Einstellungen wurden seither geändert, F5 rechnet mit ihnen.</translation>
  </message>
  <message>
   <source>&lt; 0.1 %</source>
   <translation>&lt; 0.1 %</translation>
  </message>
  <message>
   <source>&gt; %1 %</source>
   <translation>&gt; %1 %</translation>
  </message>
  <message>
   <source>&gt; 0</source>
   <translation>&gt; 0</translation>
  </message>
  <message>
   <source>A</source>
   <translation>A</translation>
  </message>
  <message>
   <source>A  %1</source>
   <translation>A  %1</translation>
  </message>
  <message>
   <source>A %1 against B %2</source>
   <translation>A %1 gegen B %2</translation>
  </message>
  <message>
   <source>A &amp;line that says what made it</source>
   <translation>Eine &amp;Zeile zur Herkunft</translation>
  </message>
  <message>
   <source>a .json file without a config.json beside it</source>
   <translation>eine .json-Datei ohne config.json daneben</translation>
  </message>
  <message>
   <source>a .safetensors file without a config.json beside it</source>
   <translation>eine .safetensors-Datei ohne config.json daneben</translation>
  </message>
  <message>
   <source>A .safetensors file written by headscope-cli run or by tests/oracle/dump_reference.py</source>
   <translation>Eine .safetensors-Datei, geschrieben von headscope-cli run oder tests/oracle/dump_reference.py</translation>
  </message>
  <message>
   <source>A and B have one scale:</source>
   <translation>A und B haben eine Skala:</translation>
  </message>
  <message>
   <source>a column is a token that looks (query), a row one that is looked at (key)</source>
   <translation>eine Spalte ist ein Token, das schaut (Query), eine Zeile eines, auf das geschaut wird (Key)</translation>
  </message>
  <message>
   <source>a column is a token that looks (query), a row one that is looked at (key), and the colour is </source>
   <translation>eine Spalte ist ein Token, das schaut (Query), eine Zeile eines, auf das geschaut wird (Key), und die Farbe ist </translation>
  </message>
  <message>
   <source>A file per &amp;head</source>
   <translation>Eine Datei &amp;je Kopf</translation>
  </message>
  <message>
   <source>a folder with neither a config.json nor models in it</source>
   <translation>ein Ordner ohne config.json und ohne Modelle darin</translation>
  </message>
  <message>
   <source>A is the reference, B the candidate</source>
   <translation>A ist die Referenz, B der Kandidat</translation>
  </message>
  <message>
   <source>A model is chosen in the Run panel.</source>
   <translation>Ein Modell wird im Bereich „Lauf“ gewählt.</translation>
  </message>
  <message>
   <source>a rollout is of all tokens</source>
   <translation>ein Rollout ist aus allen Token</translation>
  </message>
  <message>
   <source>a row is a token that looks (query), a column one that is looked at (key)</source>
   <translation>eine Zeile ist ein Token, das schaut (Query), eine Spalte eines, auf das geschaut wird (Key)</translation>
  </message>
  <message>
   <source>a row is a token that looks (query), a column one that is looked at (key), and the colour is </source>
   <translation>eine Zeile ist ein Token, das schaut (Query), eine Spalte eines, auf das geschaut wird (Key), und die Farbe ist </translation>
  </message>
  <message>
   <source>A token that would come next; bold: what the whole model chooses</source>
   <translation>Ein Token, das als nächstes käme; fett: was das ganze Modell wählt</translation>
  </message>
  <message>
   <source>A → A</source>
   <translation>A → A</translation>
  </message>
  <message>
   <source>A → B</source>
   <translation>A → B</translation>
  </message>
  <message>
   <source>A − B</source>
   <translation>A − B</translation>
  </message>
  <message>
   <source>A − B as shown: %1</source>
   <translation>A − B wie gezeigt: %1</translation>
  </message>
  <message>
   <source>A − B: ± %1</source>
   <translation>A − B: ± %1</translation>
  </message>
  <message>
   <source>A − B: ± largest</source>
   <translation>A − B: ± Maximum</translation>
  </message>
  <message>
   <source>about %1 min left</source>
   <translation>noch etwa %1 min</translation>
  </message>
  <message>
   <source>about %1 s left</source>
   <translation>noch etwa %1 s</translation>
  </message>
  <message>
   <source>About Headscope</source>
   <translation>Über Headscope</translation>
  </message>
  <message>
   <source>after %1</source>
   <translation>nach %1</translation>
  </message>
  <message>
   <source>After enable_compatibility_mode(): processed weights; −inf where masked.</source>
   <translation>Nach enable_compatibility_mode(): verarbeitete Gewichte; −inf, wo maskiert ist.</translation>
  </message>
  <message>
   <source>After L%1</source>
   <translation>Nach L%1</translation>
  </message>
  <message>
   <source>after L%1</source>
   <translation>nach L%1</translation>
  </message>
  <message>
   <source>After the mask, in logits: what the softmax gets</source>
   <translation>Nach der Maske, in Logits: was der Softmax bekommt</translation>
  </message>
  <message>
   <source>After the soft cap, c·tanh(score / c), in logits before the softmax</source>
   <translation>Nach dem Soft-Cap, c·tanh(Score / c), in Logits vor dem Softmax</translation>
  </message>
  <message>
   <source>Agreement of the logits, and logit differences by prompt</source>
   <translation>Übereinstimmung der Logits, und Logit-Differenzen je Prompt</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Alle</translation>
  </message>
  <message numerus="yes">
   <source>All %n heads</source>
   <translation>
    <numerusform>%n Kopf</numerusform>
    <numerusform>Alle %n Köpfe</numerusform>
   </translation>
  </message>
  <message>
   <source>All figures of the chosen cell</source>
   <translation>Alle Zahlen der gewählten Zelle</translation>
  </message>
  <message>
   <source>All heads</source>
   <translation>Alle Köpfe</translation>
  </message>
  <message>
   <source>an address that is no local file</source>
   <translation>eine Adresse, die keine lokale Datei ist</translation>
  </message>
  <message>
   <source>An attention file holds probabilities alone; choose that stage</source>
   <translation>Eine Attention-Datei enthält nur Wahrscheinlichkeiten; diese Stufe wählen</translation>
  </message>
  <message>
   <source>An embedded model or a Hugging Face model directory; directories can be dropped on the window</source>
   <translation>Ein eingebautes Modell oder ein Hugging-Face-Modellordner; Ordner lassen sich auf das Fenster ziehen</translation>
  </message>
  <message>
   <source>An encoder normalises what its blocks add up to, so it is no sum of their parts</source>
   <translation>Ein Encoder normiert, was seine Blöcke zusammenzählen, also ist es keine Summe ihrer Teile</translation>
  </message>
  <message>
   <source>An encoder's logits are no sum over its parts</source>
   <translation>Die Logits eines Encoders sind keine Summe über seine Teile</translation>
  </message>
  <message>
   <source>An encoder's logits are no sum over its parts; heads can be cut</source>
   <translation>Die Logits eines Encoders sind keine Summe über seine Teile; Köpfe lassen sich ausschalten</translation>
  </message>
  <message>
   <source>and</source>
   <translation>und</translation>
  </message>
  <message>
   <source>and B</source>
   <translation>und B</translation>
  </message>
  <message>
   <source>and their difference A − B</source>
   <translation>und ihre Differenz A − B</translation>
  </message>
  <message>
   <source>another</source>
   <translation>ein anderer</translation>
  </message>
  <message>
   <source>another file</source>
   <translation>eine andere Datei</translation>
  </message>
  <message>
   <source>another prompt</source>
   <translation>ein anderer Prompt</translation>
  </message>
  <message>
   <source>Another prompt of as many tokens</source>
   <translation>Ein anderer Prompt mit ebenso vielen Token</translation>
  </message>
  <message>
   <source>Answer %1 is %2 tokens, of which the first one is read: </source>
   <translation>Antwort %1 hat %2 Token, gelesen wird das erste: </translation>
  </message>
  <message>
   <source>Answer %1: expected a token id from 0 to %2, found %3</source>
   <translation>Antwort %1: erwartet war eine Token-Id von 0 bis %2, gefunden wurde %3</translation>
  </message>
  <message>
   <source>Answer A</source>
   <translation>Antwort A</translation>
  </message>
  <message>
   <source>Answer B</source>
   <translation>Antwort B</translation>
  </message>
  <message>
   <source>Answers A and B are the same token: </source>
   <translation>Die Antworten A und B sind dasselbe Token: </translation>
  </message>
  <message>
   <source>Answers before and after heads were cut</source>
   <translation>Antworten vor und nach dem Ausschalten von Köpfen</translation>
  </message>
  <message>
   <source>Append the most likely tokens to every prompt, then run (F7)</source>
   <translation>Jedem Prompt die wahrscheinlichsten Token anhängen, dann rechnen (F7)</translation>
  </message>
  <message>
   <source>Arrange by</source>
   <translation>Ordnen nach</translation>
  </message>
  <message>
   <source>Arrange the docks as they were saved</source>
   <translation>Die Fensterteile so anordnen, wie sie gespeichert wurden</translation>
  </message>
  <message>
   <source>arrangement of heads</source>
   <translation>Anordnung der Köpfe</translation>
  </message>
  <message>
   <source>as shares of the row's largest</source>
   <translation>als Anteile am größten Wert der Zeile</translation>
  </message>
  <message>
   <source>As the &amp;system</source>
   <translation>Wie das &amp;System</translation>
  </message>
  <message>
   <source>As the desktop</source>
   <translation>Wie der Desktop</translation>
  </message>
  <message>
   <source>as the file says, a token sees only itself and those before it, and the rest is masked (grey).</source>
   <translation>laut Datei sieht ein Token nur sich und die vor ihm, das Übrige ist maskiert (grau).</translation>
  </message>
  <message>
   <source>As the original</source>
   <translation>Wie das Original</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>At least</source>
   <translation>Mindestens</translation>
  </message>
  <message>
   <source>At most</source>
   <translation>Höchstens</translation>
  </message>
  <message>
   <source>Attention</source>
   <translation>Attention</translation>
  </message>
  <message>
   <source>Attention files</source>
   <translation>Attention-Dateien</translation>
  </message>
  <message>
   <source>Attention files (*.safetensors);;All files (*)</source>
   <translation>Attention-Dateien (*.safetensors);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Attention from a file: there is no model here that would predict anything</source>
   <translation>Attention aus einer Datei: Hier gibt es kein Modell, das etwas vorhersagen würde</translation>
  </message>
  <message>
   <source>Attention from a file: there is no model here whose parts could be weighed or cut</source>
   <translation>Attention aus einer Datei: Hier gibt es kein Modell, dessen Teile sich wägen oder stilllegen ließen</translation>
  </message>
  <message>
   <source>Attention heatmap</source>
   <translation>Attention-Heatmap</translation>
  </message>
  <message>
   <source>Attention lines</source>
   <translation>Attention-Linien</translation>
  </message>
  <message>
   <source>Attention of A minus that of B</source>
   <translation>Attention von A minus die von B</translation>
  </message>
  <message>
   <source>Attention of A, the reference</source>
   <translation>Attention von A, der Referenz</translation>
  </message>
  <message>
   <source>Attention of B, the candidate</source>
   <translation>Attention von B, dem Kandidaten</translation>
  </message>
  <message>
   <source>Attention rollout</source>
   <translation>Attention-Rollout</translation>
  </message>
  <message>
   <source>Attention to the first token</source>
   <translation>Attention auf das erste Token</translation>
  </message>
  <message>
   <source>Attention weight, a probability from 0 to 1</source>
   <translation>Attention-Gewicht, eine Wahrscheinlichkeit von 0 bis 1</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automatisch</translation>
  </message>
  <message>
   <source>B</source>
   <translation>B</translation>
  </message>
  <message>
   <source>B  %1</source>
   <translation>B  %1</translation>
  </message>
  <message>
   <source>B  ←  →  A</source>
   <translation>B  ←  →  A</translation>
  </message>
  <message>
   <source>B → A</source>
   <translation>B → A</translation>
  </message>
  <message>
   <source>B → B</source>
   <translation>B → B</translation>
  </message>
  <message>
   <source>B − A</source>
   <translation>B − A</translation>
  </message>
  <message>
   <source>Bac&amp;kend</source>
   <translation>Ba&amp;ckend</translation>
  </message>
  <message>
   <source>Backends</source>
   <translation>Backends</translation>
  </message>
  <message>
   <source>Before</source>
   <translation>Vorher</translation>
  </message>
  <message>
   <source>Before L0</source>
   <translation>Vor L0</translation>
  </message>
  <message>
   <source>before L0</source>
   <translation>vor L0</translation>
  </message>
  <message>
   <source>Best token</source>
   <translation>Bestes Token</translation>
  </message>
  <message>
   <source>Best token after each layer, at every position</source>
   <translation>Bestes Token nach jeder Schicht, an jeder Position</translation>
  </message>
  <message>
   <source>bias</source>
   <translation>Bias</translation>
  </message>
  <message>
   <source>Bias of the attention's output in layer %1</source>
   <translation>Bias der Attention-Ausgabe in Schicht %1</translation>
  </message>
  <message>
   <source>Bias of the final norm</source>
   <translation>Bias der letzten Norm</translation>
  </message>
  <message>
   <source>Bias of the unembedding</source>
   <translation>Bias des Unembeddings</translation>
  </message>
  <message>
   <source>Black over purple to pale yellow</source>
   <translation>Schwarz über Violett nach Hellgelb</translation>
  </message>
  <message>
   <source>Black to white</source>
   <translation>Schwarz nach Weiß</translation>
  </message>
  <message>
   <source>Blue below 0, red above it</source>
   <translation>Blau unter 0, Rot darüber</translation>
  </message>
  <message>
   <source>Blue to yellow; the same to nearly all of the colour-blind as to others</source>
   <translation>Blau nach Gelb; für fast alle Farbenblinden gleich wie für andere</translation>
  </message>
  <message>
   <source>Blue – red</source>
   <translation>Blau – Rot</translation>
  </message>
  <message>
   <source>BOS as the original</source>
   <translation>BOS wie das Original</translation>
  </message>
  <message>
   <source>BOS on</source>
   <translation>BOS an</translation>
  </message>
  <message>
   <source>Both runs have the same %1 tokens</source>
   <translation>Beide Läufe haben dieselben %1 Token</translation>
  </message>
  <message>
   <source>Bound</source>
   <translation>Grenze</translation>
  </message>
  <message>
   <source>Bridge (TransformerBridge)</source>
   <translation>Bridge (TransformerBridge)</translation>
  </message>
  <message>
   <source>Bridge and Hooked only</source>
   <translation>Nur Bridge und Hooked</translation>
  </message>
  <message>
   <source>Bridge mode</source>
   <translation>Bridge-Modus</translation>
  </message>
  <message>
   <source>Bridge only</source>
   <translation>Nur Bridge</translation>
  </message>
  <message>
   <source>Browse</source>
   <translation>Durchsuchen</translation>
  </message>
  <message>
   <source>by position</source>
   <translation>nach Position</translation>
  </message>
  <message>
   <source>by precision</source>
   <translation>nach Genauigkeit</translation>
  </message>
  <message>
   <source>by weight</source>
   <translation>nach Gewicht</translation>
  </message>
  <message>
   <source>Came next</source>
   <translation>Es folgte</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Cancelled</source>
   <translation>Abgebrochen</translation>
  </message>
  <message>
   <source>Candidate</source>
   <translation>Kandidat</translation>
  </message>
  <message>
   <source>Candidate </source>
   <translation>Kandidat </translation>
  </message>
  <message>
   <source>Candidates</source>
   <translation>Kandidaten</translation>
  </message>
  <message>
   <source>Candidates after the chosen layer</source>
   <translation>Kandidaten nach der gewählten Schicht</translation>
  </message>
  <message>
   <source>cannot be opened: %1</source>
   <translation>lässt sich nicht öffnen: %1</translation>
  </message>
  <message>
   <source>Capped</source>
   <translation>Nach Soft-Cap</translation>
  </message>
  <message>
   <source>cell</source>
   <translation>Zelle</translation>
  </message>
  <message>
   <source>cells compared</source>
   <translation>verglichene Zellen</translation>
  </message>
  <message>
   <source>Center unembedding</source>
   <translation>Unembedding zentrieren</translation>
  </message>
  <message>
   <source>Center writing weights</source>
   <translation>Schreibende Gewichte zentrieren</translation>
  </message>
  <message>
   <source>center_unembed: the logits of a position have mean 0</source>
   <translation>center_unembed: die Logits einer Position haben das Mittel 0</translation>
  </message>
  <message>
   <source>center_writing_weights: what is written to the residual stream has mean 0</source>
   <translation>center_writing_weights: was in den Residualstrom geschrieben wird, hat das Mittel 0</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>Änderung</translation>
  </message>
  <message>
   <source>Change of the logit difference</source>
   <translation>Änderung der Logit-Differenz</translation>
  </message>
  <message>
   <source>Choose a cell of the table to see all of its figures</source>
   <translation>Eine Zelle der Tabelle wählen, um alle ihre Zahlen zu sehen</translation>
  </message>
  <message>
   <source>Choose a model directory, or a folder that holds some</source>
   <translation>Einen Modellordner wählen, oder einen Ordner mit mehreren</translation>
  </message>
  <message>
   <source>Choose a model in the Run panel</source>
   <translation>Ein Modell im Bereich „Lauf“ wählen</translation>
  </message>
  <message>
   <source>Choose a model in the Run panel, or open an example: File ▸ Examples</source>
   <translation>Im Bereich „Lauf“ ein Modell wählen, oder ein Beispiel öffnen: Datei ▸ Beispiele</translation>
  </message>
  <message>
   <source>Choose a model in the Run panel: an embedded demo, one of this machine, or a folder.</source>
   <translation>Im Bereich „Lauf“ ein Modell wählen: eine eingebaute Demo, eines dieses Rechners, oder einen Ordner.</translation>
  </message>
  <message>
   <source>Choose another cell</source>
   <translation>Eine andere Zelle wählen</translation>
  </message>
  <message>
   <source>Choose at least two backends, precisions or padding sides, or open a reference</source>
   <translation>Mindestens zwei Backends, Genauigkeiten oder Padding-Seiten wählen, oder eine Referenz öffnen</translation>
  </message>
  <message>
   <source>Choose the target</source>
   <translation>Das Ziel wählen</translation>
  </message>
  <message>
   <source>Chooses the folder of a model, or one that holds several</source>
   <translation>Wählt den Ordner eines Modells, oder einen mit mehreren</translation>
  </message>
  <message>
   <source>Cividis</source>
   <translation>Cividis</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Leeren</translation>
  </message>
  <message>
   <source>Click a cell of the heatmap: here stand the vectors of its query and its keys, and what each dimension adds to their scores</source>
   <translation>Eine Zelle der Heatmap anklicken: Hier stehen dann die Vektoren ihrer Query und ihrer Keys und was jede Dimension zu deren Scores beiträgt</translation>
  </message>
  <message>
   <source>Click to hide or show the lines of %1, double click to see them alone</source>
   <translation>Ein Klick blendet die Linien von %1 aus oder ein, ein Doppelklick zeigt sie allein</translation>
  </message>
  <message>
   <source>Close the search (Esc)</source>
   <translation>Die Suche schließen (Esc)</translation>
  </message>
  <message>
   <source>Closer, farther, the whole head</source>
   <translation>Näher, weiter weg, der ganze Kopf</translation>
  </message>
  <message>
   <source>Co&amp;mpare</source>
   <translation>&amp;Vergleichen</translation>
  </message>
  <message>
   <source>Co&amp;ntributions</source>
   <translation>B&amp;eiträge</translation>
  </message>
  <message>
   <source>coarse, refining…</source>
   <translation>grob, wird feiner…</translation>
  </message>
  <message>
   <source>Colour</source>
   <translation>Farbe</translation>
  </message>
  <message>
   <source>Colour scale</source>
   <translation>Farbskala</translation>
  </message>
  <message>
   <source>Colour scale from %1 to %2</source>
   <translation>Farbskala von %1 bis %2</translation>
  </message>
  <message>
   <source>Colour scale of A and B</source>
   <translation>Farbskala von A und B</translation>
  </message>
  <message>
   <source>Colours of q×k: scale × q × k of a dimension, in logits before the softmax. Those of q end at ±%1, those of k at ±%2.</source>
   <translation>Farben von q×k: Skalierung × q × k einer Dimension, in Logits vor dem Softmax. Die von q enden bei ±%1, die von k bei ±%2.</translation>
  </message>
  <message>
   <source>Colours of the window and of the plots. At once.</source>
   <translation>Farben des Fensters und der Diagramme. Sofort.</translation>
  </message>
  <message>
   <source>Colours of values, here and in every window that is opened. At once.</source>
   <translation>Farben der Werte, hier und in jedem neuen Fenster. Sofort.</translation>
  </message>
  <message>
   <source>colours run from 0 to 1, so that heads compare</source>
   <translation>die Farben gehen von 0 bis 1, so dass Köpfe vergleichbar sind</translation>
  </message>
  <message>
   <source>colours run over six powers of ten, so small values are seen</source>
   <translation>die Farben gehen über sechs Zehnerpotenzen, so sind kleine Werte zu sehen</translation>
  </message>
  <message>
   <source>colours run to the 99th percentile, and what is larger has the last colour</source>
   <translation>die Farben gehen bis zum 99. Perzentil, und was größer ist, hat die letzte Farbe</translation>
  </message>
  <message>
   <source>colours run to the head's largest value, so heads do not compare</source>
   <translation>die Farben gehen bis zum größten Wert des Kopfes, so sind Köpfe nicht vergleichbar</translation>
  </message>
  <message>
   <source>Colours tell how probable each layer holds the token that the whole model chooses in the end</source>
   <translation>Farben sagen, für wie wahrscheinlich jede Schicht das Token hält, das das ganze Modell am Ende wählt</translation>
  </message>
  <message>
   <source>Colours tell the probability of the best token of each cell</source>
   <translation>Farben sagen die Wahrscheinlichkeit des besten Tokens jeder Zelle</translation>
  </message>
  <message>
   <source>Command lines</source>
   <translation>Kommandozeilen</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>Vergleichen</translation>
  </message>
  <message>
   <source>Compare runs (F6)</source>
   <translation>Läufe vergleichen (F6)</translation>
  </message>
  <message>
   <source>Comparison</source>
   <translation>Vergleich</translation>
  </message>
  <message>
   <source>Compat</source>
   <translation>Compat</translation>
  </message>
  <message>
   <source>Compute graph</source>
   <translation>Graph berechnen</translation>
  </message>
  <message>
   <source>Computes what TransformerLens's HookedTransformer computes, with processed weights; HookedEncoder on an encoder.</source>
   <translation>Rechnet, was HookedTransformer von TransformerLens rechnet, mit verarbeiteten Gewichten; HookedEncoder bei einem Encoder.</translation>
  </message>
  <message>
   <source>Computes what TransformerLens's TransformerBridge computes, plain or in compatibility mode.</source>
   <translation>Rechnet, was TransformerBridge von TransformerLens rechnet, schlicht oder im Kompatibilitätsmodus.</translation>
  </message>
  <message>
   <source>Computes what transformers computes with eager attention.</source>
   <translation>Rechnet, was transformers mit Eager-Attention rechnet.</translation>
  </message>
  <message>
   <source>Con&amp;tinue prompts</source>
   <translation>Prompts &amp;fortsetzen</translation>
  </message>
  <message>
   <source>Configurations, tokenizers, reports</source>
   <translation>Konfigurationen, Tokenizer, Berichte</translation>
  </message>
  <message>
   <source>Contribution</source>
   <translation>Beitrag</translation>
  </message>
  <message>
   <source>Contribution graph</source>
   <translation>Beitragsgraph</translation>
  </message>
  <message>
   <source>Contributions</source>
   <translation>Beiträge</translation>
  </message>
  <message>
   <source>Contributions above this share of a token's residual stream are drawn, 1 % to 10 %</source>
   <translation>Beiträge über diesem Anteil am Residualstrom eines Tokens werden gezeichnet, 1 % bis 10 %</translation>
  </message>
  <message>
   <source>Copied the picture of %1</source>
   <translation>Bild von %1 kopiert</translation>
  </message>
  <message>
   <source>Copied the values of %1</source>
   <translation>Werte von %1 kopiert</translation>
  </message>
  <message>
   <source>Copy &amp;values</source>
   <translation>&amp;Werte kopieren</translation>
  </message>
  <message>
   <source>cosine</source>
   <translation>Kosinus</translation>
  </message>
  <message>
   <source>Cosine similarity of the small patterns of the grid, cell by cell: 1 for the same pattern, 0 for heads that never attend to the same place. Masked cells count as 0. Beyond 64 tokens a cell stands for the largest value of a block.</source>
   <translation>Kosinus-Ähnlichkeit der kleinen Muster im Raster, Zelle für Zelle: 1 für dasselbe Muster, 0 für Köpfe, die nie auf dieselbe Stelle achten. Maskierte Zellen zählen als 0. Über 64 Token steht eine Zelle für den größten Wert eines Blocks.</translation>
  </message>
  <message>
   <source>Could not be read</source>
   <translation>Nicht lesbar</translation>
  </message>
  <message>
   <source>CPU</source>
   <translation>CPU</translation>
  </message>
  <message>
   <source>Cross (decoder looks at encoder)</source>
   <translation>Cross (Decoder schaut auf Encoder)</translation>
  </message>
  <message>
   <source>Cross entropy in nats: of the next token for a run, of the correct answer for a prompt</source>
   <translation>Kreuzentropie in nats: des nächsten Tokens bei einem Lauf, der richtigen Antwort bei einem Prompt</translation>
  </message>
  <message>
   <source>Cut</source>
   <translation>Ausgeschaltet</translation>
  </message>
  <message>
   <source>Cut &amp;heads</source>
   <translation>&amp;Köpfe ausschalten</translation>
  </message>
  <message>
   <source>Cut heads</source>
   <translation>Köpfe ausschalten</translation>
  </message>
  <message>
   <source>Cut: %1 (%2)</source>
   <translation>Ausgeschaltet: %1 (%2)</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Decoder</source>
   <translation>Decoder</translation>
  </message>
  <message>
   <source>defaults</source>
   <translation>Standard</translation>
  </message>
  <message>
   <source>Delete the chosen layout</source>
   <translation>Das gewählte Layout löschen</translation>
  </message>
  <message>
   <source>Diff. A</source>
   <translation>Diff. A</translation>
  </message>
  <message>
   <source>Diff. B</source>
   <translation>Diff. B</translation>
  </message>
  <message>
   <source>Dimensions</source>
   <translation>Dimensionen</translation>
  </message>
  <message>
   <source>Dimensions by the magnitude of what they add to the chosen key's score, the largest on the left; else in the model's order</source>
   <translation>Dimensionen nach dem Betrag ihres Beitrags zum Score des gewählten Keys, der größte links; sonst in der Reihenfolge des Modells</translation>
  </message>
  <message>
   <source>Direct logits: the final norm's scale held, without biases</source>
   <translation>Direkte Logits: Skala der letzten Norm festgehalten, ohne Bias</translation>
  </message>
  <message>
   <source>Directory for the files</source>
   <translation>Ordner für die Dateien</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Dismiss</source>
   <translation>Ausblenden</translation>
  </message>
  <message>
   <source>Dismiss message</source>
   <translation>Meldung ausblenden</translation>
  </message>
  <message>
   <source>diverges</source>
   <translation>weicht ab</translation>
  </message>
  <message>
   <source>Do not pick %1</source>
   <translation>%1 nicht auswählen</translation>
  </message>
  <message>
   <source>Document (PDF)</source>
   <translation>Dokument (PDF)</translation>
  </message>
  <message>
   <source>Dotted, and each row divided by the probability that is left; exports keep the run's own values</source>
   <translation>Gepunktet, und jede Zeile geteilt durch die übrige Wahrscheinlichkeit; Exporte behalten die Werte des Laufs</translation>
  </message>
  <message>
   <source>Dotted, and without a part in the colour scale; the other values stay as they are</source>
   <translation>Gepunktet, und ohne Anteil an der Farbskala; die anderen Werte bleiben, wie sie sind</translation>
  </message>
  <message>
   <source>drawn at scale %1 instead of %2: a picture has at most %3 megapixels</source>
   <translation>im Maßstab %1 statt %2 gezeichnet: ein Bild hat höchstens %3 Megapixel</translation>
  </message>
  <message>
   <source>Drawn like all other tokens</source>
   <translation>Gezeichnet wie alle anderen Token</translation>
  </message>
  <message>
   <source>Dropped: expected a file or a folder, found nothing</source>
   <translation>Abgelegt: erwartet war eine Datei oder ein Ordner, gefunden wurde nichts</translation>
  </message>
  <message>
   <source>Dump of a run (*.safetensors)</source>
   <translation>Dump eines Laufs (*.safetensors)</translation>
  </message>
  <message>
   <source>Duplicate-token score</source>
   <translation>Score für gleiches Token</translation>
  </message>
  <message>
   <source>E&amp;xport…</source>
   <translation>E&amp;xportieren…</translation>
  </message>
  <message>
   <source>Each combination of the other choices has its own</source>
   <translation>Jede Kombination der anderen Einstellungen hat ihre eigene</translation>
  </message>
  <message>
   <source>Each dot stands for so many cells; zoom in to see them one by one</source>
   <translation>Jeder Punkt steht für so viele Zellen; näher zeigt sie der Zoom einzeln</translation>
  </message>
  <message>
   <source>Each layer is normalised as if it were the last one</source>
   <translation>Jede Schicht wird normiert, als wäre sie die letzte</translation>
  </message>
  <message>
   <source>each row divided by its own largest before</source>
   <translation>jede Zeile vorher durch ihren größten Wert geteilt</translation>
  </message>
  <message>
   <source>each row scaled up to 1 without special tokens before</source>
   <translation>jede Zeile vorher ohne besondere Token auf 1 gestreckt</translation>
  </message>
  <message>
   <source>Eager</source>
   <translation>Eager</translation>
  </message>
  <message>
   <source>Edges down from %1: %2. Uprights are the residual stream, slanted lines attention, squares MLPs. A click on one shows its head and cell; an arrow on top starts from another token.</source>
   <translation>Kanten von %1 abwärts: %2. Senkrechte sind der Residualstrom, schräge Linien Attention, Quadrate MLPs. Ein Klick zeigt Kopf und Zelle einer Kante; ein Pfeil oben beginnt bei einem anderen Token.</translation>
  </message>
  <message>
   <source>Embedded</source>
   <translation>Eingebaut</translation>
  </message>
  <message>
   <source>Embedded models and their licences</source>
   <translation>Eingebaute Modelle und ihre Lizenzen</translation>
  </message>
  <message>
   <source>Embedding</source>
   <translation>Embedding</translation>
  </message>
  <message>
   <source>emulates %1</source>
   <translation>bildet %1 nach</translation>
  </message>
  <message>
   <source>Encoder</source>
   <translation>Encoder</translation>
  </message>
  <message>
   <source>Entropy</source>
   <translation>Entropie</translation>
  </message>
  <message>
   <source>entropy %1 nats</source>
   <translation>Entropie %1 nats</translation>
  </message>
  <message>
   <source>entropy %1 nats, first token %2
previous token %3, duplicate token %4, induction %5</source>
   <translation>Entropie %1 nats, erstes Token %2
voriges Token %3, gleiches Token %4, Induktion %5</translation>
  </message>
  <message>
   <source>Every row counts from its first token, padded or not.</source>
   <translation>Jede Zeile zählt von ihrem ersten Token an, ob aufgefüllt oder nicht.</translation>
  </message>
  <message>
   <source>Every row divided by its own largest value</source>
   <translation>Jede Zeile geteilt durch ihren eigenen größten Wert</translation>
  </message>
  <message>
   <source>Every run gets positions 0, 1, 2, … and the same tokens. Otherwise each does what the system that it emulates does when nobody says.</source>
   <translation>Jeder Lauf bekommt die Positionen 0, 1, 2, … und dieselben Token. Sonst tut jeder, was das nachgebildete System von sich aus tut.</translation>
  </message>
  <message>
   <source>Exa&amp;mples</source>
   <translation>Beispi&amp;ele</translation>
  </message>
  <message>
   <source>expected a model folder or file of one, a session, prompts (.txt, .jsonl), a dump or attention; found</source>
   <translation>erwartet war ein Modellordner oder eine Datei daraus, eine Sitzung, Prompts (.txt, .jsonl), ein Dump oder Attention; gefunden wurde</translation>
  </message>
  <message>
   <source>Expected a position with a token, found padding at %1: choose another row of the map</source>
   <translation>Erwartet war eine Position mit einem Token, gefunden wurde Padding bei %1: eine andere Zeile der Karte wählen</translation>
  </message>
  <message>
   <source>Expected a run of prompts, found one of token ids from a file</source>
   <translation>Erwartet war ein Lauf mit Prompts, gefunden wurde einer mit Token-Ids aus einer Datei</translation>
  </message>
  <message>
   <source>Expected another prompt that the heads' values are taken from, found none</source>
   <translation>Erwartet war ein anderer Prompt, von dem die Werte der Köpfe kommen, gefunden wurde keiner</translation>
  </message>
  <message>
   <source>expected its attention of kind:</source>
   <translation>erwartet war darin Attention der Art:</translation>
  </message>
  <message>
   <source>Expected two answers, found none for %1</source>
   <translation>Erwartet waren zwei Antworten, für %1 wurde keine gefunden</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Exportieren</translation>
  </message>
  <message>
   <source>Export %1</source>
   <translation>%1 exportieren</translation>
  </message>
  <message>
   <source>Export &amp;grid…</source>
   <translation>&amp;Alle Köpfe exportieren…</translation>
  </message>
  <message>
   <source>Export &amp;head…</source>
   <translation>&amp;Kopf exportieren…</translation>
  </message>
  <message>
   <source>Export all heads</source>
   <translation>Alle Köpfe exportieren</translation>
  </message>
  <message>
   <source>Export cancelled</source>
   <translation>Export abgebrochen</translation>
  </message>
  <message>
   <source>Export report</source>
   <translation>Bericht exportieren</translation>
  </message>
  <message>
   <source>Export report…</source>
   <translation>Bericht exportieren…</translation>
  </message>
  <message>
   <source>Export to</source>
   <translation>Exportieren nach</translation>
  </message>
  <message>
   <source>Exported data keep the run's own values.</source>
   <translation>Exportierte Daten behalten die Werte des Laufs.</translation>
  </message>
  <message>
   <source>extension: no reference</source>
   <translation>Erweiterung: keine Referenz</translation>
  </message>
  <message>
   <source>F2 or a double click renames</source>
   <translation>F2 oder ein Doppelklick benennt um</translation>
  </message>
  <message>
   <source>Failed</source>
   <translation>Fehler</translation>
  </message>
  <message>
   <source>Failing</source>
   <translation>Abweichend</translation>
  </message>
  <message>
   <source>Figures</source>
   <translation>Zahlen</translation>
  </message>
  <message>
   <source>Filter by hook point</source>
   <translation>Nach Hook-Punkt filtern</translation>
  </message>
  <message>
   <source>Final norm</source>
   <translation>Letzte Norm</translation>
  </message>
  <message>
   <source>Final scale</source>
   <translation>Skala am Ende</translation>
  </message>
  <message>
   <source>Find a token by its text or piece</source>
   <translation>Ein Token nach Text oder Stück finden</translation>
  </message>
  <message>
   <source>finfo.min</source>
   <translation>finfo.min</translation>
  </message>
  <message>
   <source>Finished</source>
   <translation>Fertig</translation>
  </message>
  <message>
   <source>first %1 at %2, %3</source>
   <translation>zuerst %1 bei %2, %3</translation>
  </message>
  <message>
   <source>First and last key of the row</source>
   <translation>Erster und letzter Key der Zeile</translation>
  </message>
  <message>
   <source>First and last query of the column</source>
   <translation>Erste und letzte Query der Spalte</translation>
  </message>
  <message>
   <source>Fold norms</source>
   <translation>Normen einfalten</translation>
  </message>
  <message>
   <source>Fold value biases</source>
   <translation>Value-Bias einfalten</translation>
  </message>
  <message>
   <source>fold_ln: a norm's weight and bias go into the matrices behind it</source>
   <translation>fold_ln: Gewicht und Bias einer Norm gehen in die Matrizen dahinter</translation>
  </message>
  <message>
   <source>fold_value_biases: b_V goes into b_O</source>
   <translation>fold_value_biases: b_V geht in b_O</translation>
  </message>
  <message>
   <source>Folders</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Forget that session</source>
   <translation>Diese Sitzung vergessen</translation>
  </message>
  <message>
   <source>Forget what cutting heads came to</source>
   <translation>Das Ergebnis des Ausschaltens vergessen</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Free software under the GNU General Public License, version 3 or later. It comes with absolutely no warranty.</source>
   <translation>Freie Software unter der GNU General Public License, Version 3 oder neuer. Ohne jede Gewährleistung.</translation>
  </message>
  <message>
   <source>from a file, computed by %1</source>
   <translation>aus einer Datei, berechnet von %1</translation>
  </message>
  <message>
   <source>From the next run on</source>
   <translation>Ab dem nächsten Lauf</translation>
  </message>
  <message>
   <source>From the smallest to the largest figure of all heads</source>
   <translation>Von der kleinsten zur größten Zahl aller Köpfe</translation>
  </message>
  <message>
   <source>Give a prompt in the Run panel, or choose prompts here</source>
   <translation>Einen Prompt im Bereich „Lauf“ eingeben, oder hier Prompts wählen</translation>
  </message>
  <message>
   <source>Gravest verdict first</source>
   <translation>Schwerstes Urteil zuerst</translation>
  </message>
  <message>
   <source>Greys</source>
   <translation>Graustufen</translation>
  </message>
  <message>
   <source>Grid of heads</source>
   <translation>Raster der Köpfe</translation>
  </message>
  <message>
   <source>has a chat template; prompts are run as they are, without it</source>
   <translation>hat eine Chat-Vorlage; Prompts laufen, wie sie sind, ohne sie</translation>
  </message>
  <message>
   <source>He&amp;ad</source>
   <translation>&amp;Kopf</translation>
  </message>
  <message>
   <source>head</source>
   <translation>Kopf</translation>
  </message>
  <message>
   <source>Head %1 of %2</source>
   <translation>Kopf %1 von %2</translation>
  </message>
  <message>
   <source>Head in view</source>
   <translation>Gezeigter Kopf</translation>
  </message>
  <message>
   <source>Heads</source>
   <translation>Köpfe</translation>
  </message>
  <message>
   <source>heads as one</source>
   <translation>Köpfe als einer</translation>
  </message>
  <message>
   <source>Heads by their largest difference</source>
   <translation>Köpfe nach ihrer größten Differenz</translation>
  </message>
  <message>
   <source>Heads like %1</source>
   <translation>Köpfe wie %1</translation>
  </message>
  <message>
   <source>Heads that are cut together: those picked in the grid, else the one shown</source>
   <translation>Köpfe, die zusammen ausgeschaltet werden: die im Raster ausgewählten, sonst der gezeigte</translation>
  </message>
  <message>
   <source>Heads: %1</source>
   <translation>Köpfe: %1</translation>
  </message>
  <message>
   <source>Headscope</source>
   <translation>Headscope</translation>
  </message>
  <message>
   <source>Headscope did not come to its end. Its last session, of %1, can be restored: </source>
   <translation>Headscope wurde nicht regulär beendet. Die letzte Sitzung, vom %1, lässt sich wiederherstellen: </translation>
  </message>
  <message>
   <source>Headscope looks at the attention heads of language models: why a model says what it says, and whether two ways of running it agree.</source>
   <translation>Headscope zeigt die Attention-Köpfe von Sprachmodellen: warum ein Modell sagt, was es sagt, und ob zwei Arten, es zu rechnen, übereinstimmen.</translation>
  </message>
  <message>
   <source>Headscope sessions (*%1);;All files (*)</source>
   <translation>Headscope-Sitzungen (*%1);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Heatmap</source>
   <translation>Heatmap</translation>
  </message>
  <message>
   <source>Hook point</source>
   <translation>Hook-Punkt</translation>
  </message>
  <message>
   <source>Hook point, such as pattern or blocks.3.*</source>
   <translation>Hook-Punkt, etwa pattern oder blocks.3.*</translation>
  </message>
  <message>
   <source>Hook points by layer, and how far the runs lie apart there</source>
   <translation>Hook-Punkte je Schicht, und wie weit die Läufe dort auseinanderliegen</translation>
  </message>
  <message>
   <source>Hooked (HookedTransformer)</source>
   <translation>Hooked (HookedTransformer)</translation>
  </message>
  <message>
   <source>How attention is shown</source>
   <translation>Wie Attention gezeigt wird</translation>
  </message>
  <message>
   <source>How far each head lies apart in the comparison</source>
   <translation>Wie weit jeder Kopf im Vergleich auseinanderliegt</translation>
  </message>
  <message>
   <source>How far each head lies apart in the comparison: the largest |Δ| of its allowed cells</source>
   <translation>Wie weit jeder Kopf im Vergleich auseinanderliegt: das größte |Δ| seiner erlaubten Zellen</translation>
  </message>
  <message>
   <source>How far values may lie apart: |a − b| ≤ t + t · size, the size of a value of the reference or of its row. Left empty, it is that of the less precise run:</source>
   <translation>Wie weit Werte auseinanderliegen dürfen: |a − b| ≤ t + t · Größe, nämlich die eines Wertes der Referenz oder seiner Zeile. Leer gilt die des ungenaueren Laufs:</translation>
  </message>
  <message>
   <source>How heads are dra&amp;wn</source>
   <translation>&amp;Darstellung der Köpfe</translation>
  </message>
  <message>
   <source>How heads are drawn</source>
   <translation>Darstellung der Köpfe</translation>
  </message>
  <message>
   <source>How many tokens are listed</source>
   <translation>Wie viele Token aufgeführt sind</translation>
  </message>
  <message>
   <source>How many tokens are listed, those with the largest weights</source>
   <translation>Wie viele Token aufgeführt sind, die mit den größten Gewichten</translation>
  </message>
  <message>
   <source>How much of each token has come to each position through all layers up to one: the product of (A + I) / 2, A being the mean of a layer's heads. Up to %1 tokens.</source>
   <translation>Wie viel von jedem Token durch alle Schichten bis zu einer an jede Position gelangt ist: das Produkt von (A + I) / 2, wobei A das Mittel der Köpfe einer Schicht ist. Bis zu %1 Token.</translation>
  </message>
  <message>
   <source>how much of the key's token has come to the query's position through all layers up to that one.</source>
   <translation>wie viel vom Token des Keys durch alle Schichten bis zu dieser an die Stelle der Query gekommen ist.</translation>
  </message>
  <message>
   <source>How widely a head spreads its attention: the mean over queries of −Σ p ln p, in nats</source>
   <translation>Wie breit ein Kopf seine Attention verteilt: das Mittel von −Σ p ln p über die Queries, in nats</translation>
  </message>
  <message>
   <source>Hugging Face cache</source>
   <translation>Hugging-Face-Cache</translation>
  </message>
  <message>
   <source>Id</source>
   <translation>Id</translation>
  </message>
  <message>
   <source>id</source>
   <translation>Id</translation>
  </message>
  <message>
   <source>identical</source>
   <translation>identisch</translation>
  </message>
  <message>
   <source>In the end</source>
   <translation>Am Ende</translation>
  </message>
  <message>
   <source>In the order of the pass</source>
   <translation>In der Reihenfolge des Durchlaufs</translation>
  </message>
  <message>
   <source>in two runs side by side, A</source>
   <translation>in zwei Läufen nebeneinander, A</translation>
  </message>
  <message>
   <source>In which order the hook points stand: as the forward pass meets them, by the largest |Δ| in their own units, or by verdict</source>
   <translation>In welcher Reihenfolge die Hook-Punkte stehen: wie der Durchlauf sie trifft, nach dem größten |Δ| in ihren eigenen Einheiten, oder nach Urteil</translation>
  </message>
  <message>
   <source>Indirect &amp;object</source>
   <translation>Indirektes &amp;Objekt</translation>
  </message>
  <message>
   <source>Indirect object: the last word “ to” looks at “ Mary”, the name that was not the giver, and so the model says “ Mary” next.</source>
   <translation>Indirektes Objekt: das letzte Wort “ to” schaut auf “ Mary”, den Namen, der nicht der Geber war, und so sagt das Modell als Nächstes “ Mary”.</translation>
  </message>
  <message>
   <source>Induction score</source>
   <translation>Induktions-Score</translation>
  </message>
  <message>
   <source>Induction: in the second half each word looks at the word that followed it the first time, which makes the line below the diagonal, and so the model says “ Tom” next.</source>
   <translation>Induktion: in der zweiten Hälfte schaut jedes Wort auf das, das ihm beim ersten Mal folgte; das macht die Linie unter der Diagonale, und so sagt das Modell als Nächstes “ Tom”.</translation>
  </message>
  <message>
   <source>infinite</source>
   <translation>unendlich</translation>
  </message>
  <message>
   <source>infinity</source>
   <translation>unendlich</translation>
  </message>
  <message>
   <source>is looked at by</source>
   <translation>wird angeschaut von</translation>
  </message>
  <message>
   <source>It was computed on %1 in %2 as %3 does it (backend %4), and %5</source>
   <translation>Berechnet wurde es auf %1 in %2, wie %3 es tut (Backend %4), und %5</translation>
  </message>
  <message>
   <source>its value is on its way</source>
   <translation>ihr Wert ist unterwegs</translation>
  </message>
  <message>
   <source>its weight is on its way</source>
   <translation>sein Gewicht ist unterwegs</translation>
  </message>
  <message>
   <source>its weights are on their way</source>
   <translation>seine Gewichte sind unterwegs</translation>
  </message>
  <message>
   <source>Its weights are read from the file</source>
   <translation>Die Gewichte stammen aus der Datei</translation>
  </message>
  <message>
   <source>its weights come from: %1</source>
   <translation>seine Gewichte stammen aus: %1</translation>
  </message>
  <message>
   <source>its weights were kept as the forward pass made them (eager)</source>
   <translation>seine Gewichte wurden behalten, wie der Durchlauf sie gemacht hat (Eager)</translation>
  </message>
  <message>
   <source>its weights were recomputed from queries and keys when you looked</source>
   <translation>seine Gewichte wurden beim Ansehen aus Queries und Keys neu berechnet</translation>
  </message>
  <message>
   <source>Key</source>
   <translation>Key</translation>
  </message>
  <message>
   <source>Key (attended to)</source>
   <translation>Key (darauf wird geachtet)</translation>
  </message>
  <message>
   <source>Keyboard shortcuts</source>
   <translation>Tastenkürzel</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Tasten</translation>
  </message>
  <message>
   <source>Keys by attention weight; Left and Right walk through the dimensions</source>
   <translation>Keys nach Attention-Gewicht; Links und Rechts gehen durch die Dimensionen</translation>
  </message>
  <message>
   <source>Keys, the text that is looked at</source>
   <translation>Keys, der Text, auf den geschaut wird</translation>
  </message>
  <message>
   <source>known</source>
   <translation>bekannt</translation>
  </message>
  <message>
   <source>L%1 attention: %2 takes %3 from %4</source>
   <translation>L%1 Attention: %2 nimmt %3 von %4</translation>
  </message>
  <message>
   <source>L%1 MLP: %2 takes %3 from it</source>
   <translation>L%1 MLP: %2 nimmt %3 davon</translation>
  </message>
  <message>
   <source>L%1 residual: %2 keeps %3 of itself in attention</source>
   <translation>L%1 Residualstrom: %2 behält %3 von sich in der Attention</translation>
  </message>
  <message>
   <source>L%1 residual: %2 keeps %3 of itself past the MLP</source>
   <translation>L%1 Residualstrom: %2 behält %3 von sich am MLP vorbei</translation>
  </message>
  <message>
   <source>La&amp;youts</source>
   <translation>La&amp;youts</translation>
  </message>
  <message>
   <source>Lan&amp;guage</source>
   <translation>Sp&amp;rache</translation>
  </message>
  <message>
   <source>Language of the window. After a restart.</source>
   <translation>Sprache des Fensters. Nach einem Neustart.</translation>
  </message>
  <message>
   <source>Largest first</source>
   <translation>Größte zuerst</translation>
  </message>
  <message>
   <source>Largest first; click for the smallest</source>
   <translation>Größte zuerst; ein Klick stellt die kleinsten voran</translation>
  </message>
  <message>
   <source>largest KL</source>
   <translation>größte KL</translation>
  </message>
  <message>
   <source>largest magnitude of %1×%2</source>
   <translation>größter Betrag von %1×%2</translation>
  </message>
  <message>
   <source>largest of q: %1</source>
   <translation>größte von q: %1</translation>
  </message>
  <message>
   <source>largest of q·k × scale: %1</source>
   <translation>größte von q·k × Skalierung: %1</translation>
  </message>
  <message>
   <source>largest relative</source>
   <translation>größte relative</translation>
  </message>
  <message>
   <source>Largest |Δ|</source>
   <translation>Größtes |Δ|</translation>
  </message>
  <message>
   <source>largest |Δ|</source>
   <translation>größtes |Δ|</translation>
  </message>
  <message>
   <source>Largest |Δ| first</source>
   <translation>Größtes |Δ| zuerst</translation>
  </message>
  <message>
   <source>Largest |Δ| of %1 from the reference</source>
   <translation>Größtes |Δ| von %1 zur Referenz</translation>
  </message>
  <message>
   <source>Largest |Δ| over real rows when only this one is aligned</source>
   <translation>Größtes |Δ| über echte Zeilen, wenn nur dieses angeglichen ist</translation>
  </message>
  <message>
   <source>largest |Δ| when aligned</source>
   <translation>größtes |Δ|, angeglichen</translation>
  </message>
  <message>
   <source>Last layer of the rollout</source>
   <translation>Letzte Schicht des Rollouts</translation>
  </message>
  <message>
   <source>Layer</source>
   <translation>Schicht</translation>
  </message>
  <message>
   <source>layer %1</source>
   <translation>Schicht %1</translation>
  </message>
  <message>
   <source>Layer %1 has not been computed</source>
   <translation>Schicht %1 ist noch nicht berechnet</translation>
  </message>
  <message>
   <source>Layer %1 of %2</source>
   <translation>Schicht %1 von %2</translation>
  </message>
  <message>
   <source>Layer &amp;above</source>
   <translation>Schicht &amp;darüber</translation>
  </message>
  <message>
   <source>Layer &amp;below</source>
   <translation>Schicht d&amp;arunter</translation>
  </message>
  <message>
   <source>Layer and head</source>
   <translation>Schicht und Kopf</translation>
  </message>
  <message>
   <source>Layers</source>
   <translation>Schichten</translation>
  </message>
  <message>
   <source>Layers and buffers of the heatmap</source>
   <translation>Ebenen und Puffer der Heatmap</translation>
  </message>
  <message>
   <source>Layers from top to bottom, heads from left to right</source>
   <translation>Schichten von oben nach unten, Köpfe von links nach rechts</translation>
  </message>
  <message>
   <source>Layouts</source>
   <translation>Layouts</translation>
  </message>
  <message>
   <source>Leave out</source>
   <translation>Weglassen</translation>
  </message>
  <message>
   <source>Leave out and renormalise</source>
   <translation>Weglassen und renormieren</translation>
  </message>
  <message>
   <source>Leave out the tokens that are scrolled or zoomed away</source>
   <translation>Die Token weglassen, die aus dem Bild gerollt oder gezoomt sind</translation>
  </message>
  <message>
   <source>Leave out whatever is below the threshold, each head for itself, and scale the rest to 100 %. Off: shares of the whole, heads summed before they are compared.</source>
   <translation>Alles unter der Schwelle weglassen, jeden Kopf für sich, und den Rest auf 100 % bringen. Aus: Anteile am Ganzen, die Köpfe summiert, bevor sie verglichen werden.</translation>
  </message>
  <message>
   <source>Left</source>
   <translation>Links</translation>
  </message>
  <message>
   <source>left out</source>
   <translation>weggelassen</translation>
  </message>
  <message>
   <source>Left padding: the shorter prompt of the batch begins with hatched padding, which nobody looks at, and each of its words looks at the word before it as if the padding were not there.</source>
   <translation>Padding links: der kürzere Prompt des Batchs beginnt mit schraffiertem Padding, auf das niemand schaut, und jedes seiner Wörter schaut auf das davor, als wäre das Padding nicht da.</translation>
  </message>
  <message>
   <source>Left-&amp;padded batch</source>
   <translation>Batch mit &amp;Padding links</translation>
  </message>
  <message>
   <source>Li&amp;cence</source>
   <translation>Li&amp;zenz</translation>
  </message>
  <message>
   <source>Li&amp;nes</source>
   <translation>Li&amp;nien</translation>
  </message>
  <message>
   <source>Libraries and their licences</source>
   <translation>Bibliotheken und ihre Lizenzen</translation>
  </message>
  <message>
   <source>Library</source>
   <translation>Bibliothek</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Lizenz</translation>
  </message>
  <message>
   <source>Licence of Headscope</source>
   <translation>Lizenz von Headscope</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Likeness</source>
   <translation>Ähnlichkeit</translation>
  </message>
  <message>
   <source>Likeness to %1</source>
   <translation>Ähnlichkeit mit %1</translation>
  </message>
  <message>
   <source>Lines</source>
   <translation>Linien</translation>
  </message>
  <message>
   <source>lines</source>
   <translation>Linien</translation>
  </message>
  <message>
   <source>Lines a token</source>
   <translation>Linien je Token</translation>
  </message>
  <message>
   <source>Lines a token and head at most, the strongest first. 95 %: as many as carry 95 % of the token's attention. Of a token pointed at or clicked every line is drawn.</source>
   <translation>Höchstens so viele Linien je Token und Kopf, die stärksten zuerst. 95 %: so viele, wie 95 % der Attention des Tokens tragen. Von einem Token unter dem Zeiger oder nach einem Klick wird jede Linie gezeichnet.</translation>
  </message>
  <message>
   <source>Lines from queries to keys, several heads in their colours (Ctrl+2)</source>
   <translation>Linien von Queries zu Keys, mehrere Köpfe in ihren Farben (Strg+2)</translation>
  </message>
  <message>
   <source>Lines of %1</source>
   <translation>Linien von %1</translation>
  </message>
  <message>
   <source>Loading weights</source>
   <translation>Gewichte werden geladen</translation>
  </message>
  <message>
   <source>Lock %1</source>
   <translation>%1 fixieren</translation>
  </message>
  <message>
   <source>Lock the head, or unlock it</source>
   <translation>Den Kopf fixieren, oder lösen</translation>
  </message>
  <message>
   <source>locked</source>
   <translation>fixiert</translation>
  </message>
  <message>
   <source>Logarithmic</source>
   <translation>Logarithmisch</translation>
  </message>
  <message>
   <source>logarithmic</source>
   <translation>logarithmisch</translation>
  </message>
  <message>
   <source>Logit</source>
   <translation>Logit</translation>
  </message>
  <message>
   <source>Logit A</source>
   <translation>Logit A</translation>
  </message>
  <message>
   <source>Logit A − B</source>
   <translation>Logit A − B</translation>
  </message>
  <message>
   <source>Logit A − B: %1</source>
   <translation>Logit A − B: %1</translation>
  </message>
  <message>
   <source>Logit A − B: %1 = sum of parts %2</source>
   <translation>Logit A − B: %1 = Summe der Teile %2</translation>
  </message>
  <message>
   <source>Logit after this layer, without a unit</source>
   <translation>Logit nach dieser Schicht, ohne Einheit</translation>
  </message>
  <message>
   <source>Logit B</source>
   <translation>Logit B</translation>
  </message>
  <message>
   <source>Logit bias</source>
   <translation>Logit-Bias</translation>
  </message>
  <message>
   <source>Logit difference and the sum of its parts</source>
   <translation>Logit-Differenz und die Summe ihrer Teile</translation>
  </message>
  <message>
   <source>Logit of answer A less that of answer B</source>
   <translation>Logit der Antwort A weniger das der Antwort B</translation>
  </message>
  <message>
   <source>Logit of the correct answer minus that of the incorrect one, reference</source>
   <translation>Logit der richtigen Antwort minus das der falschen, Referenz</translation>
  </message>
  <message>
   <source>Logits</source>
   <translation>Logits</translation>
  </message>
  <message>
   <source>Look</source>
   <translation>Aussehen</translation>
  </message>
  <message>
   <source>Look again at what was looked at before</source>
   <translation>Wieder zeigen, was vorher zu sehen war</translation>
  </message>
  <message>
   <source>Look at attention that another program computed, such as the cross-attention of an encoder-decoder (%1)</source>
   <translation>Attention ansehen, die ein anderes Programm berechnet hat, etwa die Cross-Attention eines Encoder-Decoders (%1)</translation>
  </message>
  <message>
   <source>Look through the layers</source>
   <translation>Schichten durchsehen</translation>
  </message>
  <message>
   <source>Looking through the layers…</source>
   <translation>Schichten werden durchgesehen …</translation>
  </message>
  <message>
   <source>looks at</source>
   <translation>schaut auf</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>Verlust</translation>
  </message>
  <message>
   <source>Loss A</source>
   <translation>Verlust A</translation>
  </message>
  <message>
   <source>Loss B</source>
   <translation>Verlust B</translation>
  </message>
  <message>
   <source>Magma</source>
   <translation>Magma</translation>
  </message>
  <message>
   <source>Mask</source>
   <translation>Maske</translation>
  </message>
  <message>
   <source>Mask adds</source>
   <translation>Maske addiert</translation>
  </message>
  <message>
   <source>mask adds </source>
   <translation>Maske addiert </translation>
  </message>
  <message>
   <source>masked</source>
   <translation>maskiert</translation>
  </message>
  <message>
   <source>Masked &amp;with</source>
   <translation>Ma&amp;skiert mit</translation>
  </message>
  <message>
   <source>Masked scores are −inf; a row that may attend to nothing becomes 0.</source>
   <translation>Maskierte Scores sind −inf; eine Zeile, die auf nichts achten darf, wird 0.</translation>
  </message>
  <message>
   <source>Masked scores hold the most negative finite number of their dtype; a row that may attend to nothing becomes uniform.</source>
   <translation>Maskierte Scores haben die kleinste endliche Zahl ihres Typs; eine Zeile, die auf nichts achten darf, wird gleichverteilt.</translation>
  </message>
  <message>
   <source>Masked scores hold what the emulated system puts there.</source>
   <translation>Maskierte Scores haben, was das nachgebildete System dort einsetzt.</translation>
  </message>
  <message>
   <source>masked with</source>
   <translation>maskiert mit</translation>
  </message>
  <message>
   <source>max of %1×%1 cells</source>
   <translation>Maximum von %1×%1 Zellen</translation>
  </message>
  <message>
   <source>max of %1×%2</source>
   <translation>Maximum von %1×%2</translation>
  </message>
  <message>
   <source>maximum of %1 heads: %2</source>
   <translation>Maximum von %1 Köpfen: %2</translation>
  </message>
  <message>
   <source>maximum of 1 head: %1</source>
   <translation>Maximum von 1 Kopf: %1</translation>
  </message>
  <message>
   <source>Maximum of heads</source>
   <translation>Maximum der Köpfe</translation>
  </message>
  <message>
   <source>mean</source>
   <translation>Mittel</translation>
  </message>
  <message>
   <source>mean KL</source>
   <translation>mittlere KL</translation>
  </message>
  <message>
   <source>mean of %1 heads: %2</source>
   <translation>Mittel von %1 Köpfen: %2</translation>
  </message>
  <message>
   <source>mean of %1 tokens</source>
   <translation>Mittel von %1 Token</translation>
  </message>
  <message>
   <source>mean of %1×%1 cells</source>
   <translation>Mittel von %1×%1 Zellen</translation>
  </message>
  <message>
   <source>mean of %1×%2</source>
   <translation>Mittel von %1×%2</translation>
  </message>
  <message>
   <source>mean of 1 head: %1</source>
   <translation>Mittel von 1 Kopf: %1</translation>
  </message>
  <message>
   <source>Mean of heads</source>
   <translation>Mittel der Köpfe</translation>
  </message>
  <message>
   <source>Mean overlap of the five most likely tokens</source>
   <translation>Mittlere Überschneidung der fünf wahrscheinlichsten Token</translation>
  </message>
  <message>
   <source>mean relative</source>
   <translation>mittlere relative</translation>
  </message>
  <message>
   <source>mean |Δ|</source>
   <translation>mittleres |Δ|</translation>
  </message>
  <message>
   <source>Memory estimate</source>
   <translation>Speicherschätzung</translation>
  </message>
  <message>
   <source>Memory for queries, keys and values of a run, in MiB (1,048,576 bytes); what is beyond it goes to a temporary file. Automatic: half of what is free. From the next run on.</source>
   <translation>Speicher für Queries, Keys und Values eines Laufs, in MiB (1.048.576 Byte); was darüber ist, kommt in eine temporäre Datei. Automatisch: die Hälfte des freien. Ab dem nächsten Lauf.</translation>
  </message>
  <message>
   <source>Memory that Headscope holds now</source>
   <translation>Speicher, den Headscope jetzt belegt</translation>
  </message>
  <message>
   <source>MLP</source>
   <translation>MLP</translation>
  </message>
  <message>
   <source>MLP of its layer</source>
   <translation>MLP der Schicht</translation>
  </message>
  <message>
   <source>MLP of L%1</source>
   <translation>MLP von L%1</translation>
  </message>
  <message>
   <source>MLP of layer %1</source>
   <translation>MLP der Schicht %1</translation>
  </message>
  <message>
   <source>Model</source>
   <translation>Modell</translation>
  </message>
  <message>
   <source>Model directory</source>
   <translation>Modellordner</translation>
  </message>
  <message>
   <source>Model's choice</source>
   <translation>Wahl des Modells</translation>
  </message>
  <message>
   <source>Model, backend, device, precision, versions, prompt and date, below the picture. They are in the metadata of the file in any case.</source>
   <translation>Modell, Backend, Gerät, Genauigkeit, Versionen, Prompt und Datum, unter dem Bild. In den Metadaten der Datei stehen sie ohnehin.</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>Most likely next tokens</source>
   <translation>Wahrscheinlichste nächste Token</translation>
  </message>
  <message>
   <source>Move to another head</source>
   <translation>Zu einem anderen Kopf</translation>
  </message>
  <message>
   <source>Name of the arrangement of docks:</source>
   <translation>Name der Anordnung:</translation>
  </message>
  <message>
   <source>NaN</source>
   <translation>NaN</translation>
  </message>
  <message>
   <source>Native (transformers)</source>
   <translation>Native (transformers)</translation>
  </message>
  <message>
   <source>Needed</source>
   <translation>Nötig</translation>
  </message>
  <message>
   <source>needs %1 of %2 free</source>
   <translation>braucht %1 von %2 freien</translation>
  </message>
  <message>
   <source>new</source>
   <translation>neu</translation>
  </message>
  <message>
   <source>Next token</source>
   <translation>Nächstes Token</translation>
  </message>
  <message>
   <source>Next tokens</source>
   <translation>Nächste Token</translation>
  </message>
  <message>
   <source>no</source>
   <translation>nein</translation>
  </message>
  <message>
   <source>No cell is chosen: click one to read A, B and A − B</source>
   <translation>Keine Zelle ist gewählt: ein Klick auf eine liest A, B und A − B</translation>
  </message>
  <message>
   <source>No cell is chosen: click one to read it</source>
   <translation>Keine Zelle ist gewählt: ein Klick auf eine liest sie</translation>
  </message>
  <message>
   <source>No difference without both patterns</source>
   <translation>Ohne beide Muster keine Differenz</translation>
  </message>
  <message>
   <source>No head has at least %1: %2</source>
   <translation>Kein Kopf hat mindestens %1: %2</translation>
  </message>
  <message>
   <source>No head has at most %1: %2</source>
   <translation>Kein Kopf hat höchstens %1: %2</translation>
  </message>
  <message>
   <source>No head yet</source>
   <translation>Noch kein Kopf</translation>
  </message>
  <message>
   <source>no language-model head: patterns, but no next tokens</source>
   <translation>kein Sprachmodell-Kopf: Muster, aber keine nächsten Token</translation>
  </message>
  <message>
   <source>No layouts saved</source>
   <translation>Keine Layouts gespeichert</translation>
  </message>
  <message>
   <source>No patterns of this pair were kept</source>
   <translation>Von diesem Paar wurden keine Muster behalten</translation>
  </message>
  <message>
   <source>No patterns of this run were kept</source>
   <translation>Von diesem Lauf wurden keine Muster behalten</translation>
  </message>
  <message>
   <source>No token is chosen: click one to keep its lines alone</source>
   <translation>Kein Token ist gewählt: ein Klick auf eines behält seine Linien allein</translation>
  </message>
  <message>
   <source>no tokenizer.json: takes token ids, not text</source>
   <translation>keine tokenizer.json: nimmt Token-Ids, keinen Text</translation>
  </message>
  <message>
   <source>none</source>
   <translation>keine</translation>
  </message>
  <message>
   <source>Norm</source>
   <translation>Norm</translation>
  </message>
  <message>
   <source>Norm bias</source>
   <translation>Norm-Bias</translation>
  </message>
  <message>
   <source>Not all layers up to %1 have been computed</source>
   <translation>Noch nicht alle Schichten bis %1 sind berechnet</translation>
  </message>
  <message>
   <source>Not all of these layers have been computed</source>
   <translation>Noch nicht alle dieser Schichten sind berechnet</translation>
  </message>
  <message>
   <source>not compared</source>
   <translation>nicht verglichen</translation>
  </message>
  <message>
   <source>Not compared: %1, such as </source>
   <translation>Nicht verglichen: %1, etwa </translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Hinweis</translation>
  </message>
  <message>
   <source>nothing above the smallest weight drawn</source>
   <translation>nichts über dem kleinsten gezeichneten Gewicht</translation>
  </message>
  <message>
   <source>Nothing had to be explained.</source>
   <translation>Es gab nichts zu erklären.</translation>
  </message>
  <message>
   <source>Nothing has been run yet, so there is no attention to look at.</source>
   <translation>Es wurde noch nichts gerechnet, also gibt es keine Attention zu sehen.</translation>
  </message>
  <message>
   <source>Nothing is drawn of %1, because layers of it have not been computed or the prompt is too long for it.</source>
   <translation>Von %1 ist nichts gezeichnet, weil Schichten davon nicht berechnet sind oder der Prompt dafür zu lang ist.</translation>
  </message>
  <message>
   <source>nothing there</source>
   <translation>nichts</translation>
  </message>
  <message>
   <source>Nothing yet</source>
   <translation>Noch nichts</translation>
  </message>
  <message>
   <source>NumPy array (NPY)</source>
   <translation>NumPy-Array (NPY)</translation>
  </message>
  <message>
   <source>of</source>
   <translation>von</translation>
  </message>
  <message>
   <source>Of another question than the one above – F8 to renew</source>
   <translation>Zu einer anderen Frage als der obigen – F8 erneuert</translation>
  </message>
  <message>
   <source>Of another run than the one shown</source>
   <translation>Von einem anderen Lauf als dem gezeigten</translation>
  </message>
  <message>
   <source>of each head</source>
   <translation>jedes Kopfes</translation>
  </message>
  <message>
   <source>of head's max</source>
   <translation>vom Kopfmaximum</translation>
  </message>
  <message>
   <source>of row's max</source>
   <translation>vom Zeilenmaximum</translation>
  </message>
  <message>
   <source>Of several heads only probabilities are combined, so nothing is drawn of %1: choose that stage.</source>
   <translation>Von mehreren Köpfen werden nur Wahrscheinlichkeiten vereint, also ist von %1 nichts gezeichnet: wählen Sie diese Stufe.</translation>
  </message>
  <message>
   <source>of the picked heads (Shift and a click pick); without any, of all heads of this layer</source>
   <translation>der ausgewählten Köpfe (Umschalt und Klick wählt aus), ohne Auswahl aller Köpfe dieser Schicht</translation>
  </message>
  <message>
   <source>Off</source>
   <translation>Aus</translation>
  </message>
  <message>
   <source>On</source>
   <translation>An</translation>
  </message>
  <message>
   <source>on two prompts side by side, A and B, and their difference A − B</source>
   <translation>bei zwei Prompts nebeneinander, A und B, und ihre Differenz A − B</translation>
  </message>
  <message>
   <source>One file</source>
   <translation>Eine Datei</translation>
  </message>
  <message numerus="yes">
   <source>One file with %n heads</source>
   <translation>
    <numerusform>Eine Datei mit %n Kopf</numerusform>
    <numerusform>Eine Datei mit %n Köpfen</numerusform>
   </translation>
  </message>
  <message>
   <source>One head, or several as one</source>
   <translation>Ein Kopf, oder mehrere als einer</translation>
  </message>
  <message>
   <source>one of them is padding and has no weight</source>
   <translation>eines davon ist Padding und hat kein Gewicht</translation>
  </message>
  <message>
   <source>One prompt a line</source>
   <translation>Ein Prompt je Zeile</translation>
  </message>
  <message>
   <source>One prompt a line; several lines make a batch. Ctrl+Return runs.
For models with token types, such as BERT, the line "first text ||| second text" is a pair; for all others ||| is text.</source>
   <translation>Ein Prompt je Zeile; mehrere Zeilen ergeben einen Batch. Strg+Eingabe startet.
Bei Modellen mit Token-Typen, etwa BERT, ist die Zeile „erster Text ||| zweiter Text“ ein Paar; bei allen anderen ist ||| Text.</translation>
  </message>
  <message>
   <source>Only failing</source>
   <translation>Nur abweichende</translation>
  </message>
  <message>
   <source>only in A: %1</source>
   <translation>nur in A: %1</translation>
  </message>
  <message>
   <source>only in B: %1</source>
   <translation>nur in B: %1</translation>
  </message>
  <message>
   <source>Only probabilities of several heads are combined; choose that stage</source>
   <translation>Nur Wahrscheinlichkeiten mehrerer Köpfe werden zusammengefasst; diese Stufe wählen</translation>
  </message>
  <message>
   <source>Only the &amp;part in view</source>
   <translation>Nur den sichtbaren &amp;Teil</translation>
  </message>
  <message>
   <source>only what the file calls padding takes no part, and is hatched; nothing else is taken for masked.</source>
   <translation>nur was die Datei Padding nennt, nimmt nicht teil und ist schraffiert; sonst gilt nichts als maskiert.</translation>
  </message>
  <message>
   <source>Only what the tokenizer itself adds.</source>
   <translation>Nur was der Tokenizer selbst hinzufügt.</translation>
  </message>
  <message>
   <source>Op by op; scores and patterns are what the run itself made.</source>
   <translation>Operation für Operation; Scores und Muster sind die des Laufs selbst.</translation>
  </message>
  <message>
   <source>opacity is the weight itself, so that heads compare</source>
   <translation>die Deckkraft ist das Gewicht selbst, so dass Köpfe vergleichbar sind</translation>
  </message>
  <message>
   <source>Open &amp;recent</source>
   <translation>&amp;Zuletzt verwendet</translation>
  </message>
  <message>
   <source>Open a session and run it</source>
   <translation>Eine Sitzung öffnen und rechnen</translation>
  </message>
  <message>
   <source>Open attention</source>
   <translation>Attention öffnen</translation>
  </message>
  <message>
   <source>Open attention…</source>
   <translation>Attention öffnen…</translation>
  </message>
  <message>
   <source>Open prompts</source>
   <translation>Prompts öffnen</translation>
  </message>
  <message>
   <source>Open prompts…</source>
   <translation>Prompts öffnen…</translation>
  </message>
  <message>
   <source>Open reference</source>
   <translation>Referenz öffnen</translation>
  </message>
  <message>
   <source>Open reference…</source>
   <translation>Referenz öffnen…</translation>
  </message>
  <message>
   <source>Open session</source>
   <translation>Sitzung öffnen</translation>
  </message>
  <message>
   <source>Open that session and run it</source>
   <translation>Diese Sitzung öffnen und rechnen</translation>
  </message>
  <message>
   <source>Open what was opened lately</source>
   <translation>Öffnen, was zuletzt offen war</translation>
  </message>
  <message>
   <source>Opened %1</source>
   <translation>%1 geöffnet</translation>
  </message>
  <message>
   <source>Order of the list</source>
   <translation>Reihenfolge der Liste</translation>
  </message>
  <message>
   <source>Order of the rows</source>
   <translation>Reihenfolge der Zeilen</translation>
  </message>
  <message>
   <source>Own scale</source>
   <translation>Eigene Skala</translation>
  </message>
  <message>
   <source>p</source>
   <translation>p</translation>
  </message>
  <message>
   <source>P(A)</source>
   <translation>P(A)</translation>
  </message>
  <message>
   <source>P(B)</source>
   <translation>P(B)</translation>
  </message>
  <message>
   <source>Paddin&amp;g</source>
   <translation>&amp;Padding</translation>
  </message>
  <message>
   <source>Padding</source>
   <translation>Padding</translation>
  </message>
  <message>
   <source>padding</source>
   <translation>Padding</translation>
  </message>
  <message>
   <source>Padding is not counted: clamp(cumsum(mask) − 1, 0).</source>
   <translation>Padding wird nicht gezählt: clamp(cumsum(mask) − 1, 0).</translation>
  </message>
  <message>
   <source>Page for a browser (HTML)</source>
   <translation>Seite für den Browser (HTML)</translation>
  </message>
  <message>
   <source>Palette, special tokens, orientation and more</source>
   <translation>Palette, besondere Token, Ausrichtung und mehr</translation>
  </message>
  <message>
   <source>Pan</source>
   <translation>Verschieben</translation>
  </message>
  <message>
   <source>Parity</source>
   <translation>Parität</translation>
  </message>
  <message>
   <source>Part</source>
   <translation>Teil</translation>
  </message>
  <message>
   <source>Part of the model</source>
   <translation>Teil des Modells</translation>
  </message>
  <message>
   <source>Per row</source>
   <translation>Je Zeile</translation>
  </message>
  <message>
   <source>Pick %1</source>
   <translation>%1 auswählen</translation>
  </message>
  <message>
   <source>Pick layer %1</source>
   <translation>Schicht %1 auswählen</translation>
  </message>
  <message>
   <source>Pick what is shown</source>
   <translation>Alles Gezeigte auswählen</translation>
  </message>
  <message>
   <source>picked heads</source>
   <translation>ausgewählte Köpfe</translation>
  </message>
  <message>
   <source>Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf)</source>
   <translation>Bild (*.png);;Vektorgrafik (*.svg);;PDF (*.pdf)</translation>
  </message>
  <message>
   <source>Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf);;Table (*.csv);;NumPy array (*.npy);;Page (*.html)</source>
   <translation>Bild (*.png);;Vektorgrafik (*.svg);;PDF (*.pdf);;Tabelle (*.csv);;NumPy-Array (*.npy);;Seite (*.html)</translation>
  </message>
  <message>
   <source>Picture (PNG)</source>
   <translation>Bild (PNG)</translation>
  </message>
  <message>
   <source>Pictures in reports</source>
   <translation>Bilder in Berichten</translation>
  </message>
  <message>
   <source>piece</source>
   <translation>Stück</translation>
  </message>
  <message>
   <source>Pixels of the picture for each pixel of the window, 1 to 4</source>
   <translation>Pixel des Bildes für jedes Pixel des Fensters, 1 bis 4</translation>
  </message>
  <message>
   <source>Place of the answer among all tokens; 1 is the most likely</source>
   <translation>Platz der Antwort unter allen Token; 1 ist das wahrscheinlichste</translation>
  </message>
  <message>
   <source>Plain</source>
   <translation>Schlicht</translation>
  </message>
  <message>
   <source>Point at a cell to read both values and their difference; all three panels move together.</source>
   <translation>Auf eine Zelle zeigen, um beide Werte und ihre Differenz zu lesen; alle drei Ansichten bewegen sich gemeinsam.</translation>
  </message>
  <message>
   <source>Point at a cell to read both values and their difference; click to see what comes next after its query in either prompt.</source>
   <translation>Auf eine Zelle zeigen, um beide Werte und ihre Differenz zu lesen; ein Klick zeigt, was in beiden Prompts nach ihrer Query folgt.</translation>
  </message>
  <message>
   <source>Point at a cell to read it, click to choose it. Wheel zooms, dragging pans, Shift and dragging zooms into a box, double click resets.</source>
   <translation>Auf eine Zelle zeigen, um sie zu lesen, klicken, um sie zu wählen. Das Rad zoomt, Ziehen verschiebt, Ziehen mit Umschalt zoomt in ein Rechteck, ein Doppelklick zeigt alles.</translation>
  </message>
  <message>
   <source>Point at a dimension to read it, or walk with Left and Right</source>
   <translation>Auf eine Dimension zeigen, um sie zu lesen, oder mit Links und Rechts durchgehen</translation>
  </message>
  <message>
   <source>Point at a token to see its lines alone: on the left where it looks, on the right who looks at it. A click keeps them, the arrow keys move on.</source>
   <translation>Auf ein Token zeigen, um seine Linien allein zu sehen: links, wohin es schaut, rechts, wer darauf schaut. Ein Klick behält sie, die Pfeiltasten gehen weiter.</translation>
  </message>
  <message>
   <source>Posi&amp;tions</source>
   <translation>P&amp;ositionen</translation>
  </message>
  <message>
   <source>Position embedding</source>
   <translation>Positions-Embedding</translation>
  </message>
  <message>
   <source>Position in the padded sequence, from 0</source>
   <translation>Position in der aufgefüllten Folge, ab 0</translation>
  </message>
  <message>
   <source>Positions</source>
   <translation>Positionen</translation>
  </message>
  <message>
   <source>Positions with the same most likely token</source>
   <translation>Positionen mit demselben wahrscheinlichsten Token</translation>
  </message>
  <message>
   <source>Pr&amp;ompt</source>
   <translation>P&amp;rompt</translation>
  </message>
  <message>
   <source>Precis&amp;ion</source>
   <translation>&amp;Genauigkeit</translation>
  </message>
  <message>
   <source>Precision</source>
   <translation>Genauigkeit</translation>
  </message>
  <message>
   <source>Precision of weights and activations</source>
   <translation>Genauigkeit von Gewichten und Aktivierungen</translation>
  </message>
  <message>
   <source>Predictions</source>
   <translation>Vorhersagen</translation>
  </message>
  <message>
   <source>Predictions at every position</source>
   <translation>Vorhersagen an jeder Position</translation>
  </message>
  <message>
   <source>Prepend BOS</source>
   <translation>BOS voranstellen</translation>
  </message>
  <message>
   <source>Press F5 to run</source>
   <translation>F5 startet</translation>
  </message>
  <message>
   <source>Press F5 to run it, or open one of the three examples of the File menu.</source>
   <translation>F5 rechnet, oder eines der drei Beispiele des Dateimenüs öffnen.</translation>
  </message>
  <message>
   <source>Press F5 to run, then click a cell of the heatmap: here stands what its score is made of</source>
   <translation>Mit F5 starten, dann eine Zelle der Heatmap anklicken: Hier steht, woraus ihr Score besteht</translation>
  </message>
  <message>
   <source>Press F5 to run: then every layer can be asked what the model would say next</source>
   <translation>F5 startet einen Lauf: dann lässt sich jede Schicht fragen, was das Modell als nächstes sagen würde</translation>
  </message>
  <message>
   <source>Press F5 to run: then every position tells what the model would say next</source>
   <translation>F5 startet: dann sagt jede Position, was das Modell als Nächstes sagen würde</translation>
  </message>
  <message>
   <source>Previous-token score</source>
   <translation>Score für voriges Token</translation>
  </message>
  <message>
   <source>Probabilities</source>
   <translation>Gewichte</translation>
  </message>
  <message>
   <source>Probabilities from 0 to 1, so that heads compare; other stages to their largest</source>
   <translation>Wahrscheinlichkeiten von 0 bis 1, so dass Köpfe vergleichbar sind; andere Stufen bis zu ihrem größten Wert</translation>
  </message>
  <message>
   <source>Probability</source>
   <translation>Wahrscheinlichkeit</translation>
  </message>
  <message>
   <source>Probability after this layer, 0 to 1</source>
   <translation>Wahrscheinlichkeit nach dieser Schicht, 0 bis 1</translation>
  </message>
  <message>
   <source>Probability of the answer, from 0 to 1, over the whole vocabulary</source>
   <translation>Wahrscheinlichkeit der Antwort, von 0 bis 1, über das ganze Vokabular</translation>
  </message>
  <message>
   <source>Probability of the model's choice, 0 to 1</source>
   <translation>Wahrscheinlichkeit der Wahl des Modells, 0 bis 1</translation>
  </message>
  <message>
   <source>Probability of the token that came, 0 to 1</source>
   <translation>Wahrscheinlichkeit des Tokens, das folgte, 0 bis 1</translation>
  </message>
  <message>
   <source>Probability, 0 to 1</source>
   <translation>Wahrscheinlichkeit, 0 bis 1</translation>
  </message>
  <message>
   <source>Processor threads that a run computes with. Automatic: what OMP_NUM_THREADS says, else one for every core. From the next run on.</source>
   <translation>Prozessor-Threads, mit denen ein Lauf rechnet. Automatisch: was OMP_NUM_THREADS sagt, sonst einer je Kern. Ab dem nächsten Lauf.</translation>
  </message>
  <message>
   <source>Progress of the comparison</source>
   <translation>Fortschritt des Vergleichs</translation>
  </message>
  <message>
   <source>Progress of the contribution graph</source>
   <translation>Fortschritt des Beitragsgraphen</translation>
  </message>
  <message>
   <source>Progress of the contributions</source>
   <translation>Fortschritt der Beiträge</translation>
  </message>
  <message>
   <source>Promoted</source>
   <translation>Gefördert</translation>
  </message>
  <message>
   <source>Promoted / suppressed</source>
   <translation>Gefördert / gehemmt</translation>
  </message>
  <message>
   <source>Prompt</source>
   <translation>Prompt</translation>
  </message>
  <message>
   <source>prompt</source>
   <translation>Prompt</translation>
  </message>
  <message>
   <source>prompt %1</source>
   <translation>Prompt %1</translation>
  </message>
  <message>
   <source>Prompt %1: its text is cut into other tokens than the model said one by one</source>
   <translation>Prompt %1: sein Text wird in andere Token zerlegt, als das Modell einzeln gesagt hat</translation>
  </message>
  <message>
   <source>Prompts</source>
   <translation>Prompts</translation>
  </message>
  <message>
   <source>Prompts of the reference</source>
   <translation>Prompts der Referenz</translation>
  </message>
  <message>
   <source>Prompts of the reference: choose the dump as reference, or other prompts</source>
   <translation>Prompts der Referenz: den Dump als Referenz wählen, oder andere Prompts</translation>
  </message>
  <message>
   <source>Prompts of the Run panel</source>
   <translation>Prompts des Bereichs „Lauf“</translation>
  </message>
  <message>
   <source>Prompts with answers (*.jsonl *.csv);;All files (*)</source>
   <translation>Prompts mit Antworten (*.jsonl *.csv);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Prompts: %1</source>
   <translation>Prompts: %1</translation>
  </message>
  <message>
   <source>Purple below 0, orange above it; safest for the colour-blind</source>
   <translation>Violett unter 0, Orange darüber; am sichersten bei Farbenblindheit</translation>
  </message>
  <message>
   <source>Purple – orange</source>
   <translation>Violett – Orange</translation>
  </message>
  <message>
   <source>Queries, the text that looks</source>
   <translation>Queries, der Text, der schaut</translation>
  </message>
  <message>
   <source>Query</source>
   <translation>Query</translation>
  </message>
  <message>
   <source>Query (attends from)</source>
   <translation>Query (von hier)</translation>
  </message>
  <message>
   <source>Query · Key</source>
   <translation>Query · Key</translation>
  </message>
  <message>
   <source>q·k × scale</source>
   <translation>q·k × Skalierung</translation>
  </message>
  <message>
   <source>q·k × scale %1 logits before the softmax</source>
   <translation>q·k × Skalierung %1 Logits vor dem Softmax</translation>
  </message>
  <message>
   <source>R&amp;un</source>
   <translation>S&amp;tarten</translation>
  </message>
  <message>
   <source>Rank</source>
   <translation>Rang</translation>
  </message>
  <message>
   <source>Rank %1 after the layer before</source>
   <translation>Rang %1 nach der Schicht davor</translation>
  </message>
  <message>
   <source>rank %1/%2</source>
   <translation>Rang %1/%2</translation>
  </message>
  <message>
   <source>Rank A</source>
   <translation>Rang A</translation>
  </message>
  <message>
   <source>Rank after the last layer, from 1</source>
   <translation>Rang nach der letzten Schicht, ab 1</translation>
  </message>
  <message>
   <source>Rank after this layer, from 1</source>
   <translation>Rang nach dieser Schicht, ab 1</translation>
  </message>
  <message>
   <source>Rank B</source>
   <translation>Rang B</translation>
  </message>
  <message>
   <source>Rank of the token that came among the whole vocabulary, 1 is the model's choice</source>
   <translation>Rang des Tokens, das folgte, im ganzen Vokabular; 1 ist die Wahl des Modells</translation>
  </message>
  <message>
   <source>Rank of “%1”, the model's choice, layer by layer: %2</source>
   <translation>Rang von „%1“, das das Modell wählt, Schicht für Schicht: %2</translation>
  </message>
  <message>
   <source>Ranks gained (↑) or lost (↓) against the layer before; new: it was not in the table there</source>
   <translation>Gewonnene (↑) oder verlorene (↓) Ränge gegenüber der Schicht davor; neu: dort stand es nicht in der Tabelle</translation>
  </message>
  <message>
   <source>read at q[%1]
reference: correct %2, incorrect %3
candidate: correct %4, incorrect %5</source>
   <translation>gelesen bei q[%1]
Referenz: richtig %2, falsch %3
Kandidat: richtig %4, falsch %5</translation>
  </message>
  <message>
   <source>real</source>
   <translation>echt</translation>
  </message>
  <message>
   <source>Real rows: %1</source>
   <translation>Echte Zeilen: %1</translation>
  </message>
  <message>
   <source>Real tokens (mask)</source>
   <translation>Echte Token (Maske)</translation>
  </message>
  <message>
   <source>Recent</source>
   <translation>Zuletzt</translation>
  </message>
  <message>
   <source>Reference</source>
   <translation>Referenz</translation>
  </message>
  <message>
   <source>Reference </source>
   <translation>Referenz </translation>
  </message>
  <message>
   <source>Regular expressions and normalisation</source>
   <translation>Reguläre Ausdrücke und Normalisierung</translation>
  </message>
  <message>
   <source>Renormalise</source>
   <translation>Renormieren</translation>
  </message>
  <message>
   <source>renormalised</source>
   <translation>renormiert</translation>
  </message>
  <message>
   <source>renormalised without special tokens</source>
   <translation>ohne besondere Token renormiert</translation>
  </message>
  <message>
   <source>Replace files</source>
   <translation>Dateien ersetzen</translation>
  </message>
  <message>
   <source>replaced: %1</source>
   <translation>ersetzt: %1</translation>
  </message>
  <message>
   <source>Reset &amp;layout</source>
   <translation>&amp;Layout zurücksetzen</translation>
  </message>
  <message>
   <source>Restore</source>
   <translation>Wiederherstellen</translation>
  </message>
  <message>
   <source>Results</source>
   <translation>Ergebnisse</translation>
  </message>
  <message>
   <source>revision %1</source>
   <translation>Revision %1</translation>
  </message>
  <message>
   <source>Right</source>
   <translation>Rechts</translation>
  </message>
  <message>
   <source>rollout %1 %</source>
   <translation>Rollout %1 %</translation>
  </message>
  <message>
   <source>rollout up to layer %1, mean over heads</source>
   <translation>Rollout bis Schicht %1, Mittel über die Köpfe</translation>
  </message>
  <message>
   <source>row Σ=%1</source>
   <translation>Zeile Σ=%1</translation>
  </message>
  <message>
   <source>Rows</source>
   <translation>Zeilen</translation>
  </message>
  <message>
   <source>Rows are keys, columns are queries</source>
   <translation>Zeilen sind Keys, Spalten sind Queries</translation>
  </message>
  <message>
   <source>Rows are queries, columns are keys (Ctrl+1)</source>
   <translation>Zeilen sind Queries, Spalten sind Keys (Strg+1)</translation>
  </message>
  <message>
   <source>Rows of padding: %1</source>
   <translation>Zeilen aus Padding: %1</translation>
  </message>
  <message>
   <source>Rows of the table that are beyond tolerance then</source>
   <translation>Zeilen der Tabelle, die dann außerhalb der Toleranz sind</translation>
  </message>
  <message>
   <source>Rows where some run is beyond tolerance, explained or not</source>
   <translation>Zeilen, in denen ein Lauf außerhalb der Toleranz ist, erklärt oder nicht</translation>
  </message>
  <message>
   <source>Run</source>
   <translation>Lauf</translation>
  </message>
  <message>
   <source>Run a prompt (F5) to see its tokens</source>
   <translation>Einen Prompt rechnen (F5), um seine Token zu sehen</translation>
  </message>
  <message>
   <source>Run a prompt (F5) to see the most likely next tokens</source>
   <translation>Einen Prompt rechnen (F5), um die wahrscheinlichsten nächsten Token zu sehen</translation>
  </message>
  <message>
   <source>Run a prompt, then ask where its tokens' residual streams come from.</source>
   <translation>Lassen Sie einen Prompt laufen, und fragen Sie dann, woraus die Residualströme seiner Token bestehen.</translation>
  </message>
  <message>
   <source>Run again with these heads cut, and compare the answers (F9)</source>
   <translation>Noch einmal ohne diese Köpfe rechnen und die Antworten vergleichen (F9)</translation>
  </message>
  <message>
   <source>Run all of them and say where they part (F6)</source>
   <translation>Alle rechnen und sagen, wo sie auseinandergehen (F6)</translation>
  </message>
  <message>
   <source>Run once more and keep what every layer leaves behind, to read it as the model reads its last layer</source>
   <translation>Noch einmal laufen lassen und behalten, was jede Schicht hinterlässt, um es zu lesen, wie das Modell seine letzte Schicht liest</translation>
  </message>
  <message>
   <source>Run, prompt</source>
   <translation>Lauf, Prompt</translation>
  </message>
  <message>
   <source>Runs</source>
   <translation>Läufe</translation>
  </message>
  <message>
   <source>Runs the model and prompts of the Run panel in every way that is chosen above, and says layer by layer where they part and which known reason explains it.
Press Compare (F6). To compare with the original system, open a dump of it as reference, or drop it here.</source>
   <translation>Rechnet Modell und Prompts des Bereichs „Lauf“ auf jede oben gewählte Art und sagt Schicht für Schicht, wo sie auseinandergehen und welcher bekannte Grund es erklärt.
Vergleichen (F6) startet. Für einen Vergleich mit dem Originalsystem einen Dump davon als Referenz öffnen, oder hierher ziehen.</translation>
  </message>
  <message>
   <source>same</source>
   <translation>gleich</translation>
  </message>
  <message>
   <source>Same inputs for all</source>
   <translation>Gleiche Eingaben für alle</translation>
  </message>
  <message>
   <source>same largest cell</source>
   <translation>gleiche größte Zelle</translation>
  </message>
  <message>
   <source>Save layout</source>
   <translation>Layout speichern</translation>
  </message>
  <message>
   <source>Save model, prompts, settings and views; results are computed again</source>
   <translation>Modell, Prompts, Einstellungen und Ansichten speichern; Ergebnisse werden neu berechnet</translation>
  </message>
  <message>
   <source>Save session</source>
   <translation>Sitzung speichern</translation>
  </message>
  <message>
   <source>Save session &amp;as…</source>
   <translation>Sitzung speichern &amp;unter…</translation>
  </message>
  <message>
   <source>Save the session in another file</source>
   <translation>Die Sitzung in einer anderen Datei speichern</translation>
  </message>
  <message>
   <source>Saved %1</source>
   <translation>%1 gespeichert</translation>
  </message>
  <message>
   <source>Scale</source>
   <translation>Skalierung</translation>
  </message>
  <message>
   <source>Scaled-dot-product kernels where they can express the layer, else eager.</source>
   <translation>Scaled-dot-product-Kernel, wo sie die Schicht ausdrücken können, sonst Eager.</translation>
  </message>
  <message>
   <source>Scaled-dot-product kernels, which tell no scores or patterns; what follows from them is compared.</source>
   <translation>Scaled-dot-product-Kernel, die keine Scores oder Muster liefern; verglichen wird, was daraus folgt.</translation>
  </message>
  <message>
   <source>Score</source>
   <translation>Score</translation>
  </message>
  <message>
   <source>score=</source>
   <translation>Score=</translation>
  </message>
  <message>
   <source>Scores</source>
   <translation>Scores</translation>
  </message>
  <message>
   <source>Scores and differences</source>
   <translation>Scores und Differenzen</translation>
  </message>
  <message>
   <source>SDPA</source>
   <translation>SDPA</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Suchen</translation>
  </message>
  <message>
   <source>Search shortcuts</source>
   <translation>Tastenkürzel suchen</translation>
  </message>
  <message>
   <source>Self</source>
   <translation>Selbst</translation>
  </message>
  <message>
   <source>Self-contained page (*.html);;Markdown (*.md);;Table (*.csv);;JSON (*.json)</source>
   <translation>Eigenständige Seite (*.html);;Markdown (*.md);;Tabelle (*.csv);;JSON (*.json)</translation>
  </message>
  <message>
   <source>Sema&amp;ntics</source>
   <translation>&amp;Verhalten</translation>
  </message>
  <message>
   <source>Sentences</source>
   <translation>Sätze</translation>
  </message>
  <message>
   <source>Sentences: every token of both texts</source>
   <translation>Sätze: alle Tokens beider Texte</translation>
  </message>
  <message>
   <source>Sentences: tokens of the first text that look at the first text</source>
   <translation>Sätze: Tokens des ersten Textes, die auf den ersten Text schauen</translation>
  </message>
  <message>
   <source>Sentences: tokens of the first text that look at the second text</source>
   <translation>Sätze: Tokens des ersten Textes, die auf den zweiten Text schauen</translation>
  </message>
  <message>
   <source>Sentences: tokens of the second text that look at the first text</source>
   <translation>Sätze: Tokens des zweiten Textes, die auf den ersten Text schauen</translation>
  </message>
  <message>
   <source>Sentences: tokens of the second text that look at the second text</source>
   <translation>Sätze: Tokens des zweiten Textes, die auf den zweiten Text schauen</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sitzungen</translation>
  </message>
  <message>
   <source>Set everything here to what it was at first</source>
   <translation>Alles hier auf den Anfangszustand setzen</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>settings changed – F5 to run</source>
   <translation>Einstellungen geändert – F5 startet</translation>
  </message>
  <message>
   <source>Several files in a directory instead of one with all heads</source>
   <translation>Mehrere Dateien in einem Ordner statt einer mit allen Köpfen</translation>
  </message>
  <message>
   <source>Share of the attention that goes to earlier occurrences of the query's token</source>
   <translation>Anteil der Attention auf frühere Vorkommen des Tokens der Query</translation>
  </message>
  <message>
   <source>Share of the attention that goes to the first token, mean over queries</source>
   <translation>Anteil der Attention auf das erste Token, Mittel über die Queries</translation>
  </message>
  <message>
   <source>Share of the attention that goes to the token just before the query</source>
   <translation>Anteil der Attention auf das Token direkt vor der Query</translation>
  </message>
  <message>
   <source>Share of the attention that goes to tokens that follow an earlier occurrence of the query's token</source>
   <translation>Anteil der Attention auf Token, die auf ein früheres Vorkommen des Tokens der Query folgen</translation>
  </message>
  <message>
   <source>shares of each row's largest</source>
   <translation>Anteile am größten Wert jeder Zeile</translation>
  </message>
  <message>
   <source>Show</source>
   <translation>Zeigen</translation>
  </message>
  <message>
   <source>Show contributions</source>
   <translation>Beiträge zeigen</translation>
  </message>
  <message>
   <source>Show every head in the colour of its largest difference</source>
   <translation>Jeden Kopf in der Farbe seiner größten Differenz zeigen</translation>
  </message>
  <message>
   <source>Show the lines with these words only</source>
   <translation>Nur die Zeilen mit diesen Wörtern zeigen</translation>
  </message>
  <message>
   <source>Show their &amp;maximum: no spike is lost</source>
   <translation>Ihr &amp;Maximum zeigen: keine Spitze geht verloren</translation>
  </message>
  <message>
   <source>Show their m&amp;ean</source>
   <translation>Ihr M&amp;ittel zeigen</translation>
  </message>
  <message>
   <source>Shown when the run has finished</source>
   <translation>Zu sehen, wenn der Lauf fertig ist</translation>
  </message>
  <message>
   <source>Shows only hook points whose name holds these words; * stands for anything</source>
   <translation>Zeigt nur Hook-Punkte, deren Name diese Wörter enthält; * steht für Beliebiges</translation>
  </message>
  <message>
   <source>Six decades: from a millionth of the largest; what is less looks like 0</source>
   <translation>Sechs Dekaden: ab einem Millionstel des größten Wertes; was kleiner ist, sieht aus wie 0</translation>
  </message>
  <message>
   <source>Size of the labels in the grid of heads and the heatmap, in points (1/72 inch). At once.</source>
   <translation>Größe der Beschriftungen im Raster der Köpfe und in der Heatmap, in Punkt (1/72 Zoll). Sofort.</translation>
  </message>
  <message>
   <source>Smallest contribution</source>
   <translation>Kleinster Beitrag</translation>
  </message>
  <message>
   <source>Smallest first</source>
   <translation>Kleinste zuerst</translation>
  </message>
  <message>
   <source>Smallest first; click for the largest</source>
   <translation>Kleinste zuerst; ein Klick stellt die größten voran</translation>
  </message>
  <message>
   <source>smallest that would pass</source>
   <translation>kleinste, die genügen würde</translation>
  </message>
  <message>
   <source>Smallest weight</source>
   <translation>Kleinstes Gewicht</translation>
  </message>
  <message>
   <source>Sort dimensions</source>
   <translation>Dimensionen sortieren</translation>
  </message>
  <message>
   <source>Sort in the order of the pass</source>
   <translation>In der Reihenfolge des Durchlaufs sortieren</translation>
  </message>
  <message>
   <source>special</source>
   <translation>besonders</translation>
  </message>
  <message>
   <source>Special &amp;tokens</source>
   <translation>&amp;Besondere Token</translation>
  </message>
  <message>
   <source>special token</source>
   <translation>besonderes Token</translation>
  </message>
  <message>
   <source>special tokens left out</source>
   <translation>besondere Token weggelassen</translation>
  </message>
  <message>
   <source>standard deviation of %1 heads: %2</source>
   <translation>Standardabweichung von %1 Köpfen: %2</translation>
  </message>
  <message>
   <source>standard deviation of 1 head: %1</source>
   <translation>Standardabweichung von 1 Kopf: %1</translation>
  </message>
  <message>
   <source>Standard deviation of heads</source>
   <translation>Standardabweichung der Köpfe</translation>
  </message>
  <message>
   <source>start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Starting…</source>
   <translation>Startet…</translation>
  </message>
  <message>
   <source>Stop what is being computed (Esc)</source>
   <translation>Die laufende Rechnung anhalten (Esc)</translation>
  </message>
  <message>
   <source>Stops the comparison; what is compared so far stays (Esc)</source>
   <translation>Hält den Vergleich an; was schon verglichen ist, bleibt (Esc)</translation>
  </message>
  <message>
   <source>Strongest weights of the chosen token</source>
   <translation>Stärkste Gewichte des gewählten Tokens</translation>
  </message>
  <message>
   <source>Suppressed</source>
   <translation>Gehemmt</translation>
  </message>
  <message>
   <source>System</source>
   <translation>System</translation>
  </message>
  <message>
   <source>T&amp;heme</source>
   <translation>&amp;Farbschema</translation>
  </message>
  <message>
   <source>T&amp;ransposed</source>
   <translation>T&amp;ransponiert</translation>
  </message>
  <message>
   <source>Table of values (CSV)</source>
   <translation>Wertetabelle (CSV)</translation>
  </message>
  <message>
   <source>Take back the undoing</source>
   <translation>Das Rückgängige wieder herstellen</translation>
  </message>
  <message>
   <source>Take every token's residual stream apart, layer by layer: one more pass of the run shown (Shift+F8)</source>
   <translation>Den Residualstrom jedes Tokens Schicht für Schicht zerlegen: ein weiterer Durchgang des gezeigten Laufs (Umschalt+F8)</translation>
  </message>
  <message>
   <source>Taken literally, a space in front is part of it; id:517 is a token id. Left empty: one of the two most likely next tokens.</source>
   <translation>Wörtlich genommen, ein Leerzeichen davor gehört dazu; id:517 ist eine Token-Id. Leer: eines der zwei wahrscheinlichsten nächsten Token.</translation>
  </message>
  <message>
   <source>Tapped (NNsight)</source>
   <translation>Tapped (NNsight)</translation>
  </message>
  <message>
   <source>Target</source>
   <translation>Ziel</translation>
  </message>
  <message>
   <source>Tensors and kernels</source>
   <translation>Tensoren und Kernel</translation>
  </message>
  <message>
   <source>Tested reason</source>
   <translation>Geprüfter Grund</translation>
  </message>
  <message>
   <source>Tested reasons</source>
   <translation>Geprüfte Gründe</translation>
  </message>
  <message>
   <source>the %1, of %2</source>
   <translation>%1, von %2</translation>
  </message>
  <message numerus="yes">
   <source>The %n picked heads</source>
   <translation>
    <numerusform>Der %n ausgewählte Kopf</numerusform>
    <numerusform>Die %n ausgewählten Köpfe</numerusform>
   </translation>
  </message>
  <message>
   <source>The answer after %1</source>
   <translation>Die Antwort nach %1</translation>
  </message>
  <message>
   <source>the attention weight between them, a probability: a query's weights add up to 1.</source>
   <translation>das Attention-Gewicht zwischen ihnen, eine Wahrscheinlichkeit: die Gewichte einer Query ergeben zusammen 1.</translation>
  </message>
  <message>
   <source>the attention weight times the length of the key's value, ‖α·v‖.</source>
   <translation>das Attention-Gewicht mal die Länge des Values des Keys, ‖α·v‖.</translation>
  </message>
  <message>
   <source>The cell looked at reads</source>
   <translation>Die betrachtete Zelle sagt</translation>
  </message>
  <message>
   <source>The chosen cell says of</source>
   <translation>Die gewählte Zelle sagt von</translation>
  </message>
  <message>
   <source>The colour of A − B is B's attention weight taken from A's, cell by cell</source>
   <translation>Die Farbe von A − B ist, Zelle für Zelle, das Gewicht von A weniger das von B</translation>
  </message>
  <message>
   <source>the colours of each row run to its own largest value, so rows do not compare</source>
   <translation>die Farben jeder Zeile gehen bis zu ihrem eigenen größten Wert, so sind Zeilen nicht vergleichbar</translation>
  </message>
  <message>
   <source>The dimensions of the query and the keys, as their product is made of them: after rotary and norms</source>
   <translation>Die Dimensionen von Query und Keys, wie sie in ihr Produkt eingehen: nach Rotary und Normen</translation>
  </message>
  <message>
   <source>The dot product of query and key times the scale, in logits before the softmax</source>
   <translation>Das Skalarprodukt von Query und Key mal der Skalierung, in Logits vor dem Softmax</translation>
  </message>
  <message>
   <source>The fewest dimensions whose parts of the chosen key's score, scale × q × k, add up to 80 % of all parts by magnitude</source>
   <translation>Die wenigsten Dimensionen, deren Anteile am Score des gewählten Keys, Skalierung × q × k, zusammen 80 % der Beträge aller Anteile ergeben</translation>
  </message>
  <message>
   <source>The file, or the directory for a file per head</source>
   <translation>Die Datei, oder der Ordner bei einer Datei je Kopf</translation>
  </message>
  <message>
   <source>The final norm's scale is held where the run had it, as for contributions; not for encoders</source>
   <translation>Die Skala der letzten Norm bleibt, wo der Lauf sie hatte, wie bei den Beiträgen; nicht für Encoder</translation>
  </message>
  <message>
   <source>The finer choices of what the backend computes</source>
   <translation>Die feineren Einstellungen dessen, was das Backend rechnet</translation>
  </message>
  <message>
   <source>the first gives the second a weight of %1</source>
   <translation>das erste gibt dem zweiten ein Gewicht von %1</translation>
  </message>
  <message>
   <source>the first may not look at the second</source>
   <translation>das erste darf nicht auf das zweite schauen</translation>
  </message>
  <message>
   <source>The graph is of an earlier run.</source>
   <translation>Der Graph gehört zu einem früheren Lauf.</translation>
  </message>
  <message>
   <source>The head in view as a picture, with what made it</source>
   <translation>Der gezeigte Kopf als Bild, mit seiner Herkunft</translation>
  </message>
  <message>
   <source>The head in view, %1</source>
   <translation>Der gezeigte Kopf, %1</translation>
  </message>
  <message>
   <source>The head in view, picked heads or all heads as pictures, tables, arrays or a page</source>
   <translation>Der gezeigte Kopf, ausgewählte oder alle Köpfe als Bilder, Tabellen, Arrays oder eine Seite</translation>
  </message>
  <message>
   <source>The heads mix nothing: zeros stand in place of their values at every position</source>
   <translation>Die Köpfe mischen nichts: an jeder Position stehen Nullen statt ihrer Werte</translation>
  </message>
  <message>
   <source>The heads' values are taken from this prompt, token for token</source>
   <translation>Die Werte der Köpfe kommen aus diesem Prompt, Token für Token</translation>
  </message>
  <message>
   <source>the heads' weights were combined cell by cell in double precision when you looked</source>
   <translation>die Gewichte der Köpfe wurden beim Hinsehen Zelle für Zelle in doppelter Genauigkeit vereint</translation>
  </message>
  <message>
   <source>The heatmap shows another stage; this describes the scores of the single head %1.</source>
   <translation>Die Heatmap zeigt eine andere Stufe; hier stehen die Scores des einzelnen Kopfes %1.</translation>
  </message>
  <message>
   <source>The heatmap shows several heads as one; this describes the single head %1.</source>
   <translation>Die Heatmap zeigt mehrere Köpfe als einen; hier steht der einzelne Kopf %1.</translation>
  </message>
  <message>
   <source>The language changes when Headscope is started again.</source>
   <translation>Die Sprache wechselt, wenn Headscope neu gestartet wird.</translation>
  </message>
  <message>
   <source>the largest of the heads' attention weights between them, a probability.</source>
   <translation>das größte der Gewichte der Köpfe zwischen ihnen, eine Wahrscheinlichkeit.</translation>
  </message>
  <message>
   <source>The largest value %1, cell by cell</source>
   <translation>Der größte Wert %1, Zelle für Zelle</translation>
  </message>
  <message>
   <source>The largest weight first, or in the order of the prompt; the rank stays</source>
   <translation>Das größte Gewicht zuerst, oder in der Reihenfolge des Prompts; der Rang bleibt</translation>
  </message>
  <message>
   <source>The last layer of the rollout, from 0</source>
   <translation>Die letzte Schicht des Rollouts, ab 0</translation>
  </message>
  <message>
   <source>The layer of head %1 has not been computed yet, so nothing is drawn of it.</source>
   <translation>Die Schicht von Kopf %1 ist noch nicht berechnet, daher ist nichts davon gezeichnet.</translation>
  </message>
  <message>
   <source>the layers were multiplied in double precision when you looked</source>
   <translation>die Schichten wurden beim Hinsehen in doppelter Genauigkeit multipliziert</translation>
  </message>
  <message>
   <source>The length of probability times value, before the output projection</source>
   <translation>Die Länge von Wahrscheinlichkeit mal Value, vor der Ausgabeprojektion</translation>
  </message>
  <message>
   <source>The length of what each key adds to the residual stream: probability times value, through the head's output projection</source>
   <translation>Die Länge dessen, was jeder Key zum Residualstrom beiträgt: Wahrscheinlichkeit mal Value, durch die Ausgabeprojektion des Kopfes</translation>
  </message>
  <message>
   <source>the length of what the key adds to the query's output, ‖α·v·W_O‖.</source>
   <translation>die Länge dessen, was der Key zur Ausgabe der Query beiträgt, ‖α·v·W_O‖.</translation>
  </message>
  <message>
   <source>The match before (Shift+Return)</source>
   <translation>Der vorige Treffer (Umschalt+Eingabe)</translation>
  </message>
  <message>
   <source>The mean %1, cell by cell</source>
   <translation>Das Mittel %1, Zelle für Zelle</translation>
  </message>
  <message>
   <source>The mean of each head's values over the tokens of the run's prompts stands in their place at every position</source>
   <translation>An jeder Position steht das Mittel der Werte jedes Kopfes über die Token der Prompts des Laufs</translation>
  </message>
  <message>
   <source>the mean of the heads' attention weights between them, a probability: a query's weights add up to 1.</source>
   <translation>der Mittelwert der Gewichte der Köpfe zwischen ihnen, eine Wahrscheinlichkeit: die Gewichte einer Query ergeben zusammen 1.</translation>
  </message>
  <message>
   <source>the model takes at most %1 tokens</source>
   <translation>das Modell nimmt höchstens %1 Token</translation>
  </message>
  <message>
   <source>The most likely next token; bold where it came</source>
   <translation>Das wahrscheinlichste nächste Token; fett, wo es folgte</translation>
  </message>
  <message>
   <source>The most likely next tokens after the chosen layer at the chosen position</source>
   <translation>Die wahrscheinlichsten nächsten Token nach der gewählten Schicht an der gewählten Position</translation>
  </message>
  <message>
   <source>The most likely token</source>
   <translation>Das wahrscheinlichste Token</translation>
  </message>
  <message>
   <source>The next match (Return)</source>
   <translation>Der nächste Treffer (Eingabe)</translation>
  </message>
  <message>
   <source>The next token of the text</source>
   <translation>Das nächste Token des Textes</translation>
  </message>
  <message>
   <source>The other prompt</source>
   <translation>Der andere Prompt</translation>
  </message>
  <message>
   <source>the other prompt</source>
   <translation>der andere Prompt</translation>
  </message>
  <message>
   <source>The patterns can be looked at once this pair is finished</source>
   <translation>Die Muster lassen sich ansehen, sobald dieses Paar fertig ist</translation>
  </message>
  <message>
   <source>The prompt has %1 tokens</source>
   <translation>Der Prompt hat %1 Token</translation>
  </message>
  <message>
   <source>The prompt has %1 tokens and no padding</source>
   <translation>Der Prompt hat %1 Token und kein Padding</translation>
  </message>
  <message>
   <source>The prompt that is subtracted</source>
   <translation>Der Prompt, der abgezogen wird</translation>
  </message>
  <message>
   <source>The prompt that is subtracted from</source>
   <translation>Der Prompt, von dem abgezogen wird</translation>
  </message>
  <message>
   <source>The query and the chosen key</source>
   <translation>Die Query und der gewählte Key</translation>
  </message>
  <message>
   <source>The query, the chosen key, then all keys: the largest attention weight first</source>
   <translation>Die Query, der gewählte Key, dann alle Keys: das größte Attention-Gewicht zuerst</translation>
  </message>
  <message>
   <source>the run shown</source>
   <translation>der gezeigte Lauf</translation>
  </message>
  <message>
   <source>The runs pad differently, so only the %1 tokens that they have in common are shown</source>
   <translation>Die Läufe füllen verschieden auf, also sind nur die %1 Token gezeigt, die sie gemeinsam haben</translation>
  </message>
  <message>
   <source>The same numbers as transformers, observed inside every block as NNsight does.</source>
   <translation>Dieselben Zahlen wie transformers, in jedem Block beobachtet wie von NNsight.</translation>
  </message>
  <message>
   <source>The same, candidate</source>
   <translation>Dasselbe, Kandidat</translation>
  </message>
  <message>
   <source>the same: %1</source>
   <translation>gleich: %1</translation>
  </message>
  <message>
   <source>The scale ends where 99 of 100 values that are seen lie below</source>
   <translation>Die Skala endet dort, wo 99 von 100 sichtbaren Werten darunter liegen</translation>
  </message>
  <message>
   <source>The scale stays as it is now when another head is chosen</source>
   <translation>Die Skala bleibt, wie sie ist, wenn ein anderer Kopf gewählt wird</translation>
  </message>
  <message>
   <source>the score before the softmax, in logits.</source>
   <translation>der Score vor dem Softmax, in Logits.</translation>
  </message>
  <message>
   <source>The small maps keep showing probabilities.</source>
   <translation>Die kleinen Karten zeigen weiterhin Wahrscheinlichkeiten.</translation>
  </message>
  <message>
   <source>The smallest attention weight that gets a line, a probability from 0 to 0.50</source>
   <translation>Das kleinste Attention-Gewicht, das eine Linie bekommt, eine Wahrscheinlichkeit von 0 bis 0,50</translation>
  </message>
  <message>
   <source>The standard deviation %1, cell by cell</source>
   <translation>Die Standardabweichung %1, Zelle für Zelle</translation>
  </message>
  <message>
   <source>the standard deviation of the heads' attention weights between them: 0 where all agree.</source>
   <translation>die Standardabweichung der Gewichte der Köpfe zwischen ihnen: 0, wo alle übereinstimmen.</translation>
  </message>
  <message>
   <source>The token at this position</source>
   <translation>Das Token an dieser Position</translation>
  </message>
  <message>
   <source>The tokenizer's bos_token goes in front of every prompt that does not begin with it.</source>
   <translation>Das bos_token des Tokenizers kommt vor jeden Prompt, der nicht damit beginnt.</translation>
  </message>
  <message>
   <source>the value is %1</source>
   <translation>der Wert ist %1</translation>
  </message>
  <message>
   <source>The values are in the page, up to 512 tokens: the file grows by about 6 bytes a value</source>
   <translation>Die Werte stehen in der Seite, bis 512 Token: die Datei wächst um etwa 6 Byte je Wert</translation>
  </message>
  <message>
   <source>The values in view as text, with tabs between</source>
   <translation>Die sichtbaren Werte als Text, mit Tabulatoren dazwischen</translation>
  </message>
  <message>
   <source>The whole scale for each head</source>
   <translation>Die ganze Skala für jeden Kopf</translation>
  </message>
  <message>
   <source>Then press F5, or let one of the three examples of the File menu do all that.</source>
   <translation>Dann F5 drücken, oder eines der drei Beispiele des Dateimenüs all das tun lassen.</translation>
  </message>
  <message>
   <source>There is a prompt for it.</source>
   <translation>Ein Prompt dafür ist da.</translation>
  </message>
  <message>
   <source>There is no A − B, because the patterns of one side were not kept.</source>
   <translation>Es gibt kein A − B, weil die Muster einer Seite nicht behalten wurden.</translation>
  </message>
  <message>
   <source>There is no layer before</source>
   <translation>Davor ist keine Schicht</translation>
  </message>
  <message>
   <source>There is no such graph of an encoder: it normalises what its blocks add up to.</source>
   <translation>Von einem Encoder gibt es keinen solchen Graphen: Er normiert, was seine Blöcke zusammenzählen.</translation>
  </message>
  <message>
   <source>This head</source>
   <translation>Dieser Kopf</translation>
  </message>
  <message>
   <source>This model has a chat template; prompts are sent as raw text.</source>
   <translation>Dieses Modell hat eine Chat-Vorlage; Prompts gehen als reiner Text hinein.</translation>
  </message>
  <message>
   <source>This prompt has no token here</source>
   <translation>Dieser Prompt hat hier kein Token</translation>
  </message>
  <message>
   <source>This run kept no patterns</source>
   <translation>Dieser Lauf hat keine Muster behalten</translation>
  </message>
  <message>
   <source>This run kept no scores. Press F5 to run again with them.</source>
   <translation>Dieser Lauf hat keine Scores behalten. F5 rechnet noch einmal mit ihnen.</translation>
  </message>
  <message>
   <source>This run kept no values to weigh</source>
   <translation>Dieser Lauf hat keine Values zum Gewichten behalten</translation>
  </message>
  <message>
   <source>Time of the run</source>
   <translation>Dauer des Laufs</translation>
  </message>
  <message>
   <source>Tints the tokens by the chosen token's attention to them, or by theirs to it; weights are probabilities from 0 to 1</source>
   <translation>Färbt die Token nach der Attention des gewählten Tokens auf sie, oder nach ihrer auf das gewählte; Gewichte sind Wahrscheinlichkeiten von 0 bis 1</translation>
  </message>
  <message>
   <source>to layer </source>
   <translation>bis Schicht </translation>
  </message>
  <message>
   <source>Token</source>
   <translation>Token</translation>
  </message>
  <message>
   <source>Token embedding</source>
   <translation>Token-Embedding</translation>
  </message>
  <message>
   <source>Tokens</source>
   <translation>Token</translation>
  </message>
  <message>
   <source>Tokens appended: %1</source>
   <translation>Angehängte Token: %1</translation>
  </message>
  <message>
   <source>Tokens are lined up with as few changes as can be (%1), and gaps are hatched</source>
   <translation>Die Token sind mit so wenigen Änderungen wie möglich aneinander ausgerichtet (%1), und Lücken sind schraffiert</translation>
  </message>
  <message>
   <source>Tokens of the prompt</source>
   <translation>Token des Prompts</translation>
  </message>
  <message>
   <source>Tokens of the two prompts, lined up with as few changes as can be; gaps are hatched</source>
   <translation>Token der beiden Prompts, mit so wenigen Änderungen wie möglich nebeneinandergestellt; Lücken sind schraffiert</translation>
  </message>
  <message>
   <source>Tokens promoted and suppressed</source>
   <translation>Geförderte und gehemmte Token</translation>
  </message>
  <message>
   <source>Tokens that a head or an MLP speaks for and against, directly</source>
   <translation>Token, für und gegen die ein Kopf oder ein MLP unmittelbar spricht</translation>
  </message>
  <message>
   <source>Tokens to append to each prompt, at most; a prompt ends earlier at the end-of-text token</source>
   <translation>So viele Token höchstens an jeden Prompt anhängen; beim Textende-Token endet er früher</translation>
  </message>
  <message>
   <source>Tokens whose logit this part moves most, the strongest first</source>
   <translation>Token, deren Logit dieser Teil am meisten bewegt, die stärksten zuerst</translation>
  </message>
  <message>
   <source>Told when this pair is finished</source>
   <translation>Steht fest, wenn dieses Paar fertig ist</translation>
  </message>
  <message>
   <source>Tolerance</source>
   <translation>Toleranz</translation>
  </message>
  <message>
   <source>tolerance</source>
   <translation>Toleranz</translation>
  </message>
  <message>
   <source>Tolerance: expected a number such as 1e-4, found '%1'</source>
   <translation>Toleranz: erwartet war eine Zahl wie 1e-4, gefunden wurde '%1'</translation>
  </message>
  <message>
   <source>top </source>
   <translation>die ersten </translation>
  </message>
  <message>
   <source>Top token</source>
   <translation>Top-Token</translation>
  </message>
  <message>
   <source>Top-1</source>
   <translation>Top-1</translation>
  </message>
  <message>
   <source>Top-5</source>
   <translation>Top-5</translation>
  </message>
  <message>
   <source>Two prompts</source>
   <translation>Zwei Prompts</translation>
  </message>
  <message>
   <source>Type a prompt in the Run panel, then press F5</source>
   <translation>Im Bereich „Lauf“ einen Prompt eingeben, dann F5 drücken</translation>
  </message>
  <message>
   <source>Type a prompt there, one a line for several at once.</source>
   <translation>Dort einen Prompt eingeben, für mehrere einen je Zeile.</translation>
  </message>
  <message>
   <source>value=</source>
   <translation>Wert=</translation>
  </message>
  <message>
   <source>values there</source>
   <translation>Werte dort</translation>
  </message>
  <message>
   <source>Vector graphics (SVG)</source>
   <translation>Vektorgrafik (SVG)</translation>
  </message>
  <message>
   <source>verdict</source>
   <translation>Urteil</translation>
  </message>
  <message>
   <source>Verdicts</source>
   <translation>Urteile</translation>
  </message>
  <message>
   <source>Version</source>
   <translation>Version</translation>
  </message>
  <message>
   <source>View</source>
   <translation>Ansicht</translation>
  </message>
  <message>
   <source>view option</source>
   <translation>Darstellung</translation>
  </message>
  <message>
   <source>Violet to yellow; safe for the colour-blind</source>
   <translation>Violett nach Gelb; sicher bei Farbenblindheit</translation>
  </message>
  <message>
   <source>Viridis</source>
   <translation>Viridis</translation>
  </message>
  <message>
   <source>Weight</source>
   <translation>Gewicht</translation>
  </message>
  <message>
   <source>Weight processing</source>
   <translation>Verarbeitung der Gewichte</translation>
  </message>
  <message>
   <source>Weights as stored; finfo.min where masked.</source>
   <translation>Gewichte wie gespeichert; finfo.min, wo maskiert ist.</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Was</translation>
  </message>
  <message>
   <source>What am I looking at?</source>
   <translation>Was sehe ich hier?</translation>
  </message>
  <message>
   <source>What colours tell</source>
   <translation>Was Farben sagen</translation>
  </message>
  <message>
   <source>What each head adds to the logit difference, in logits</source>
   <translation>Was jeder Kopf zur Logit-Differenz beiträgt, in Logits</translation>
  </message>
  <message>
   <source>What each head, MLP, embedding and bias adds to the difference of the two answers' logits (F8)</source>
   <translation>Was jeder Kopf, jedes MLP, Embedding und jeder Bias zur Differenz der Logits der zwei Antworten beiträgt (F8)</translation>
  </message>
  <message>
   <source>What each part of the model adds to the logit difference</source>
   <translation>Was jeder Teil des Modells zur Logit-Differenz beiträgt</translation>
  </message>
  <message>
   <source>What every part adds goes through the final norm with its scale held where it was, so that all of them together make the difference of the logits</source>
   <translation>Was jeder Teil beiträgt, geht durch die letzte Norm mit festgehaltener Skala, so dass alle zusammen die Differenz der Logits ergeben</translation>
  </message>
  <message>
   <source>What is in view, %1</source>
   <translation>Was zu sehen ist, %1</translation>
  </message>
  <message>
   <source>What it does here</source>
   <translation>Wozu es hier dient</translation>
  </message>
  <message>
   <source>What it is</source>
   <translation>Was es ist</translation>
  </message>
  <message>
   <source>What kind of file is written</source>
   <translation>Welche Art Datei geschrieben wird</translation>
  </message>
  <message>
   <source>What stands in the heads' place</source>
   <translation>Was an der Stelle der Köpfe steht</translation>
  </message>
  <message>
   <source>What the colours of A − B end at</source>
   <translation>Wo die Farben von A − B enden</translation>
  </message>
  <message>
   <source>What the emulated system does when nobody says: TransformerBridge and HookedTransformer put a BOS token in front for most families, transformers and NNsight do not.</source>
   <translation>Was das nachgebildete System von sich aus tut: TransformerBridge und HookedTransformer stellen bei den meisten Familien ein BOS-Token voran, transformers und NNsight nicht.</translation>
  </message>
  <message>
   <source>What the emulated system does: transformers and NNsight count every token; TransformerBridge and HookedTransformer count real tokens where padding comes first.</source>
   <translation>Was das nachgebildete System tut: transformers und NNsight zählen jedes Token; TransformerBridge und HookedTransformer zählen echte Token, wo das Padding vorn steht.</translation>
  </message>
  <message>
   <source>What the grid of heads shows</source>
   <translation>Was das Raster der Köpfe zeigt</translation>
  </message>
  <message>
   <source>What the head in view writes at the chosen position, through its share of the output projection</source>
   <translation>Was der gezeigte Kopf an der gewählten Position schreibt, durch seinen Anteil an der Ausgabeprojektion</translation>
  </message>
  <message>
   <source>What the heads make of another prompt with as many tokens stands in their place, token for token</source>
   <translation>An ihrer Stelle steht, was die Köpfe aus einem anderen Prompt mit ebenso vielen Token machen, Token für Token</translation>
  </message>
  <message>
   <source>What the mask adds to each score: 0 where a query may attend, a bias, or nothing allowed</source>
   <translation>Was die Maske zu jedem Score addiert: 0, wo eine Query hinsehen darf, ein Bias, oder nichts erlaubt</translation>
  </message>
  <message>
   <source>what the mask adds to the score, −∞ where the one may not look at the other.</source>
   <translation>was die Maske zum Score addiert, −∞, wo das eine nicht auf das andere schauen darf.</translation>
  </message>
  <message>
   <source>What the MLP of that layer writes at the chosen position</source>
   <translation>Was das MLP dieser Schicht an der gewählten Position schreibt</translation>
  </message>
  <message>
   <source>What the model gives the answer, before softmax</source>
   <translation>Was das Modell der Antwort gibt, vor dem Softmax</translation>
  </message>
  <message>
   <source>What the others are compared with: one of the runs, or a dump of the original system</source>
   <translation>Womit die anderen verglichen werden: einem der Läufe, oder einem Dump des Originalsystems</translation>
  </message>
  <message>
   <source>What the part adds to each logit on the direct way: through the final norm with its scale held and the unembedding, without biases and before a soft cap. What later layers make of it is not counted.</source>
   <translation>Was der Teil auf direktem Weg zu jedem Logit beiträgt: durch die letzte Norm mit festgehaltener Skala und das Unembedding, ohne Bias und vor einem Soft-Cap. Was spätere Schichten daraus machen, zählt nicht.</translation>
  </message>
  <message>
   <source>What the part adds to logit A − logit B; click to sort</source>
   <translation>Was der Teil zu Logit A − Logit B beiträgt; ein Klick sortiert</translation>
  </message>
  <message>
   <source>What the scores of the chosen query are made of</source>
   <translation>Woraus die Scores der gewählten Query bestehen</translation>
  </message>
  <message>
   <source>What the softmax gets: q·k, scaled; masked cells are shown as masked</source>
   <translation>Was der Softmax bekommt: q·k, skaliert; maskierte Zellen erscheinen als maskiert</translation>
  </message>
  <message>
   <source>What the softmax makes of the scores; rows sum to 1</source>
   <translation>Was der Softmax aus den Scores macht; Zeilen summieren sich zu 1</translation>
  </message>
  <message>
   <source>What the tint of the tokens means</source>
   <translation>Was die Färbung der Token bedeutet</translation>
  </message>
  <message>
   <source>What they do</source>
   <translation>Was sie tun</translation>
  </message>
  <message>
   <source>What this part adds to the token's logit, the final norm's scale held; without a unit</source>
   <translation>Was dieser Teil zum Logit des Tokens beiträgt, die Skala der letzten Norm festgehalten; ohne Einheit</translation>
  </message>
  <message>
   <source>Where</source>
   <translation>Wo</translation>
  </message>
  <message>
   <source>Where it looks</source>
   <translation>Wohin es schaut</translation>
  </message>
  <message>
   <source>Where shorter prompts of a batch are filled up</source>
   <translation>Wo kürzere Prompts eines Batchs aufgefüllt werden</translation>
  </message>
  <message>
   <source>Where the model runs: %1</source>
   <translation>Wo das Modell rechnet: %1</translation>
  </message>
  <message>
   <source>Where the prompts come from. A set brings answers, too, whose logits are compared.</source>
   <translation>Woher die Prompts kommen. Ein Satz bringt auch Antworten mit, deren Logits verglichen werden.</translation>
  </message>
  <message>
   <source>Where the shown result was computed</source>
   <translation>Wo das gezeigte Ergebnis berechnet wurde</translation>
  </message>
  <message>
   <source>Which attention of the file is shown</source>
   <translation>Welche Attention der Datei gezeigt wird</translation>
  </message>
  <message>
   <source>Which attention of the file is shown: of the source text, of the target text, or of the target (rows) to the source (columns)</source>
   <translation>Welche Attention der Datei gezeigt wird: die des Quelltexts, die des Zieltexts oder die des Ziels (Zeilen) auf die Quelle (Spalten)</translation>
  </message>
  <message>
   <source>which does not say what computed them; no model is run here.</source>
   <translation>die nicht sagt, womit sie berechnet wurden; hier läuft kein Modell.</translation>
  </message>
  <message>
   <source>Which heads are exported</source>
   <translation>Welche Köpfe exportiert werden</translation>
  </message>
  <message>
   <source>Which heads are shown</source>
   <translation>Welche Köpfe gezeigt werden</translation>
  </message>
  <message>
   <source>Which heads are shown, going by the figure that they are arranged by</source>
   <translation>Welche Köpfe gezeigt werden, nach der Zahl, nach der sie angeordnet sind</translation>
  </message>
  <message>
   <source>Which parts of the model make it say A and not B? Press F8.</source>
   <translation>Welche Teile des Modells lassen es A sagen und nicht B? F8 drücken.</translation>
  </message>
  <message>
   <source>Which prompt of the batch is compared</source>
   <translation>Welcher Prompt des Batchs verglichen wird</translation>
  </message>
  <message>
   <source>Which prompt of the batch is shown</source>
   <translation>Welcher Prompt des Batchs gezeigt wird</translation>
  </message>
  <message>
   <source>which says that they were computed by</source>
   <translation>laut der sie berechnet wurden von</translation>
  </message>
  <message>
   <source>Which tokens, heads and MLPs does the last token come from? Press Shift+F8.</source>
   <translation>Aus welchen Token, Köpfen und MLPs besteht das letzte Token? Drücken Sie Umschalt+F8.</translation>
  </message>
  <message>
   <source>Who looks at it</source>
   <translation>Wer darauf schaut</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Warum</translation>
  </message>
  <message>
   <source>Windows, painting, files</source>
   <translation>Fenster, Zeichnen, Dateien</translation>
  </message>
  <message>
   <source>within tolerance</source>
   <translation>innerhalb der Toleranz</translation>
  </message>
  <message>
   <source>Without it the difference is not explained</source>
   <translation>Ohne ihn ist die Differenz nicht erklärt</translation>
  </message>
  <message>
   <source>without padding</source>
   <translation>ohne Padding</translation>
  </message>
  <message>
   <source>without special tokens</source>
   <translation>ohne besondere Token</translation>
  </message>
  <message>
   <source>worst cell</source>
   <translation>schlechteste Zelle</translation>
  </message>
  <message>
   <source>Write what was found as a self-contained page, Markdown, CSV or JSON</source>
   <translation>Das Ergebnis als eigenständige Seite, Markdown, CSV oder JSON schreiben</translation>
  </message>
  <message>
   <source>Writing</source>
   <translation>Schreibt</translation>
  </message>
  <message>
   <source>Wrote %1</source>
   <translation>%1 geschrieben</translation>
  </message>
  <message>
   <source>Wrote %1 files into %2</source>
   <translation>%1 Dateien in %2 geschrieben</translation>
  </message>
  <message>
   <source>yes</source>
   <translation>ja</translation>
  </message>
  <message>
   <source>You see</source>
   <translation>Zu sehen ist</translation>
  </message>
  <message>
   <source>You see %1 as a heatmap: </source>
   <translation>Zu sehen ist %1 als Heatmap: </translation>
  </message>
  <message>
   <source>You see %1 as lines, from a token that looks (query) on the left to one that is looked at (key) on the right, more opaque and wider the larger the attention weight, a probability.</source>
   <translation>Zu sehen ist %1 als Linien, von einem Token, das schaut (Query), links zu einem, auf das geschaut wird (Key), rechts, umso deckender und breiter, je größer das Attention-Gewicht ist, eine Wahrscheinlichkeit.</translation>
  </message>
  <message>
   <source>zero</source>
   <translation>Null</translation>
  </message>
  <message>
   <source>zoom</source>
   <translation>Zoom</translation>
  </message>
  <message>
   <source>Zoom &amp;in</source>
   <translation>&amp;Vergrößern</translation>
  </message>
  <message>
   <source>Zoom &amp;out</source>
   <translation>Ver&amp;kleinern</translation>
  </message>
  <message>
   <source>|Δ| aligned</source>
   <translation>|Δ| angeglichen</translation>
  </message>
  <message>
   <source>‖α·v·W_O‖</source>
   <translation>‖α·v·W_O‖</translation>
  </message>
  <message>
   <source>‖α·v‖</source>
   <translation>‖α·v‖</translation>
  </message>
  <message>
   <source>“Look through the layers” tells what the model would say after each layer, at every position</source>
   <translation>„Schichten durchsehen“ sagt, was das Modell nach jeder Schicht sagen würde, an jeder Position</translation>
  </message>
  <message>
   <source>… comparing</source>
   <translation>… vergleicht</translation>
  </message>
  <message>
   <source>−inf</source>
   <translation>−inf</translation>
  </message>
  <message>
   <source>−ln p of the token that came, in nats</source>
   <translation>−ln p des Tokens, das folgte, in nats</translation>
  </message>
  <message>
   <source>≥ %1</source>
   <translation>≥ %1</translation>
  </message>
 </context>
 <context>
  <name>QGnomeTheme</name>
  <message>
   <source>&amp;Cancel</source>
   <translation>&amp;Abbrechen</translation>
  </message>
  <message>
   <source>&amp;Close</source>
   <translation>S&amp;chließen</translation>
  </message>
  <message>
   <source>&amp;OK</source>
   <translation>&amp;OK</translation>
  </message>
  <message>
   <source>&amp;Save</source>
   <translation>&amp;Speichern</translation>
  </message>
  <message>
   <source>Close without Saving</source>
   <translation>Ohne Speichern schließen</translation>
  </message>
 </context>
 <context>
  <name>QPlatformTheme</name>
  <message>
   <source>&amp;No</source>
   <translation>&amp;Nein</translation>
  </message>
  <message>
   <source>&amp;Yes</source>
   <translation>&amp;Ja</translation>
  </message>
  <message>
   <source>Abort</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Apply</source>
   <translation>Übernehmen</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Hilfe</translation>
  </message>
  <message>
   <source>Ignore</source>
   <translation>Ignorieren</translation>
  </message>
  <message>
   <source>OK</source>
   <translation>OK</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <source>Reset</source>
   <translation>Zurücksetzen</translation>
  </message>
  <message>
   <source>Restore Defaults</source>
   <translation>Voreinstellungen</translation>
  </message>
  <message>
   <source>Retry</source>
   <translation>Wiederholen</translation>
  </message>
  <message>
   <source>Save</source>
   <translation>Speichern</translation>
  </message>
 </context>
</TS>
