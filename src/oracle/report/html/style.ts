/**
 * The page's looks: light and dark as the reader has it, one column on a phone.
 *
 * @internal
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --raised: #f5f6f8; --line: #d5d9e0; --text: #1b1f27; --soft: #525b6b;
  --link: #0b57b8; --focus: #0b57b8;
  --bad: #a31515; --bad-back: #fdecec; --good: #12632c; --good-back: #e7f6ec;
  --warn: #7a4a00; --warn-back: #fff4dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171d; --raised: #1d222b; --line: #3a4250; --text: #e8ebf0; --soft: #aab3c2;
    --link: #8ab8ff; --focus: #8ab8ff;
    --bad: #ff9d97; --bad-back: #3c1a1c; --good: #8fdba5; --good-back: #14301d;
    --warn: #f3c677; --warn-back: #372a10;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 1.25rem clamp(.75rem, 3vw, 2rem) 4rem; max-width: 78rem;
  background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { font-size: clamp(1.35rem, 4vw, 1.9rem); line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; }
a { color: var(--link); }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: .875em; }
code, .mono { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .25rem .5rem; }
.pill { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8125rem;
  font-weight: 600; white-space: nowrap; background: var(--raised); color: var(--soft); }
.bad { color: var(--bad); background: var(--bad-back); }
.good { color: var(--good); background: var(--good-back); }
.warn { color: var(--warn); background: var(--warn-back); }
.note { border-left: 4px solid currentcolor; padding: .5rem .75rem; margin: .75rem 0; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
  gap: .5rem 1rem; margin: 1rem 0; }
dl.facts div { border-top: 1px solid var(--line); padding-top: .25rem; }
dt { color: var(--soft); font-size: .8125rem; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; color: var(--soft); padding: .5rem .625rem; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .625rem;
  border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; }
table.timeline { width: auto; min-width: 100%; }
table.timeline th, table.timeline td { min-width: 9rem; max-width: 17rem; font-size: .875rem;
  border-left: 1px solid var(--line); overflow-wrap: anywhere; }
table.timeline tr > :first-child { border-left: 0; min-width: 4rem; max-width: 9rem;
  position: sticky;
  left: 0; background: var(--back); z-index: 1; }
table.timeline thead th { color: var(--text); font-weight: 500; }
table.timeline td.same { color: var(--soft); }
table.timeline td.new { font-weight: 600; background: var(--warn-back); }
table.timeline td.gone { color: var(--soft); font-style: italic; background: var(--bad-back); }
.step { display: block; color: var(--soft); font-size: .8125rem; }
.mark { display: block; margin-top: .25rem; }
.crash { display: block; margin-top: .25rem; padding: .125rem .375rem;
  border: 2px dashed var(--bad);
  color: var(--bad); border-radius: 4px; }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; }
article > details > summary { padding: .75rem .875rem; cursor: pointer; background: var(--raised);
  border-radius: 8px; }
article > details[open] > summary { border-radius: 8px 8px 0 0;
  border-bottom: 1px solid var(--line); }
summary { cursor: pointer; }
summary h2 { display: inline; font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
summary .tags { display: block; margin-top: .375rem; }
.body { padding: .25rem .875rem 1rem; }
pre { margin: 0; padding: .625rem .75rem; overflow-x: auto; background: var(--raised);
  border-radius: 6px; line-height: 1.45; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
pre .line { display: block; padding: 0 .375rem; }
.pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%,
  21rem), 1fr)); }
.pair > div { min-width: 0; }
.replay { display: flex; gap: .5rem; align-items: flex-start; flex-wrap: wrap; }
.replay pre { flex: 1 1 16rem; min-width: 0; }
button { font: inherit; font-weight: 600; padding: .375rem .75rem; border-radius: 6px;
  cursor: pointer;
  border: 1px solid var(--link); color: var(--link); background: var(--back); min-height: 2.5rem; }
button[hidden] { display: none; }
meter { width: min(100%, 22rem); height: 1rem; vertical-align: middle; }
ol.steps { padding-left: 1.5rem; }
ol.steps li { overflow-wrap: anywhere; }
ul.cells { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap;
  gap: .25rem .375rem; }
ul.cells li { padding: 0 .4rem; border-radius: 4px; font-size: .8125rem;
  background: var(--raised); }
ul.cells li.missed { color: var(--bad); background: var(--bad-back); }
.more { margin: .75rem 0; }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 34rem) {
  th, td { padding: .35rem .4rem; }
  table.timeline th, table.timeline td { min-width: 7.5rem; }
  table.stack thead { position: absolute; left: -9999px; }
  table.stack tr { display: block; border-top: 1px solid var(--line); padding: .375rem 0; }
  table.stack th, table.stack td { display: block; border: 0; padding: .125rem .5rem; }
  table.stack td[data-name]::before { content: attr(data-name) ": "; color: var(--soft);
    font-size: .8125rem; }
}
@media print { article, pre { break-inside: avoid; } button { display: none; } }
`;
