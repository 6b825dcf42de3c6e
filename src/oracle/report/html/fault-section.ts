import type { Difference } from '../../judge/divergence.js';
import type { ReportedFault } from '../check-report.js';
import type { FaultTrace } from '../fault-trace.js';
import { describeRule, headline } from '../headline.js';
import { type DiffLine, diffLines } from '../line-diff.js';
import { shorten } from '../tell-entry.js';
import { type Html, markup } from './html.js';
import { stackTable } from './stack-table.js';
import { mountList, timeline } from './timeline.js';

const DIFFERENCES_MAX = 20;
const TEXT_MAX = 2000;
const SCRIPT_MAX = 12_000;

const FULL: Html = markup`<p>More of it is in the JSON report; this page is full.</p>`;

/** What a section is made of beside the fault. */
export interface SectionOptions {
  /** From 1. */
  readonly number: number;
  /** What the fault's own words do not say. */
  readonly target: string;
  /** The Go test of it, where there is one. */
  readonly goTest?: string;
  /** Whether only what broke, the sequence and the replay are told, for want of room. */
  readonly isShort: boolean;
}

/**
 * Gives the part of a page that tells one fault.
 *
 * @internal
 */
export function faultSection(fault: ReportedFault, options: SectionOptions): Html {
  const { number, isShort } = options;
  const { rule, kind, count, trace, known } = fault;
  const isKnown = known !== undefined;
  return markup`<article id="fault-${number}"><details${isOpen(options, fault)}><summary>
    <h2>${number}. ${headline(fault)}</h2>
    <span class="tags"
      ><span class="pill ${isKnown ? 'warn' : 'bad'}">${isKnown ? 'known' : kind}</span>
    ${rule === '' ? undefined : markup`<span class="pill">${rule}</span>`}
    <span class="pill">seen in ${count}</span></span></summary>
    <div class="body">
    ${knownNote(fault)}
    ${rule === '' ? undefined : markup`<p>Rule: ${describeRule(rule)}</p>`}
    ${differenceTable(fault.differences)}
    ${isShort || trace === undefined ? stepList(fault) : traceParts(fault, trace, number)}
    ${replayPart(fault, number)}
    ${isShort ? FULL : scripts(fault, options)}
    </div></details></article>`;
}

function knownNote({ known }: ReportedFault): Html | undefined {
  if (known === undefined) return undefined;
  return markup`<p class="note warn">Known: ${known.reason} ${link(known.link)}</p>`;
}

/** A link from a file is only one where it leads to the web. */
function link(href: string | undefined): Html | undefined {
  if (href === undefined || href === '') return undefined;
  return /^https?:\/\//.test(href) ? markup`<a href="${href}">${href}</a>` : markup`${href}`;
}

function isOpen({ number, isShort }: SectionOptions, { known }: ReportedFault): Html | undefined {
  return number === 1 && !isShort && known === undefined ? markup` open` : undefined;
}

function differenceTable(differences: readonly Difference[]): Html {
  const rows = differences.slice(0, DIFFERENCES_MAX).map(
    ({ subject, expected, actual }) =>
      markup`<tr>
        <th scope="row" class="mono">${subject}</th>
        <td data-name="expected"><code>${shorten(expected, TEXT_MAX)}</code></td>
        <td data-name="actual"><code>${shorten(actual, TEXT_MAX)}</code></td>
      </tr>`,
  );
  const left = differences.length - rows.length;
  return markup`<h3>Expected and actual</h3>
    ${stackTable({ label: 'expected and actual', heads: ['what', 'expected', 'actual'], rows })}
    ${left > 0 ? markup`<p>And ${left} more.</p>` : undefined}`;
}

function stepList({ steps, answer, interleaving }: ReportedFault): Html {
  return markup`<h3>Shortest sequence</h3>
    <ol class="steps">
      ${steps.map((step) => markup`<li>${step}</li>`)}
    </ol>
    <p>The last one ${shorten(answer, TEXT_MAX)}.</p>
    ${callers(interleaving)}`;
}

function callers(interleaving: readonly string[] | undefined): Html | undefined {
  if (interleaving === undefined) return undefined;
  return markup`<h3>What callers did at a time</h3>
    <pre tabindex="0">${interleaving.join('\n')}</pre>`;
}

function traceParts(fault: ReportedFault, trace: FaultTrace, number: number): Html {
  const again = trace.isSame
    ? undefined
    : markup`<p class="note warn">Run once more, it did not show the same again.</p>`;
  return markup`<h3>Timeline of the shortest sequence</h3>
    ${again} ${timeline(trace, `timeline of fault ${number}`)}${callers(fault.interleaving)}
    ${trees(trace)}${diskTable(trace)}${mountList(trace)}`;
}

function trees({ homes }: FaultTrace): Html {
  const { before, expected, after, isCut = false } = homes;
  const [wanted, what] =
    expected === undefined
      ? [before, 'The last operation: − before, + after']
      : [expected, 'After it: − as it has to be, + as it is'];
  const cut = isCut ? markup`<p>Long lines are cut.</p>` : undefined;
  return markup`<h3>The home</h3>
    <div class="pair">
      <div>
        <p>Before the last operation</p>
        ${diffBlock(before.map(asSame), 'home before')}
      </div>
      <div>
        <p>${what}</p>
        ${diffBlock(diffLines(wanted, after), 'home after')}
      </div>
    </div>
    ${cut}`;
}

function asSame(text: string): DiffLine {
  return { mark: ' ', text };
}

function diffBlock(lines: readonly DiffLine[], name: string): Html {
  const told = lines.map(({ mark, text }) => {
    const kind = mark === '-' ? ' good' : mark === '+' ? ' bad' : '';
    return markup`<span class="line${kind}">${mark === '-' ? '−' : mark} ${text}</span>`;
  });
  return markup`<pre tabindex="0" role="region" aria-label="${name}">${told}</pre>`;
}

function diskTable({ disk, diskLeftOut }: FaultTrace): Html {
  if (disk.length === 0)
    return markup`<h3>On disk</h3>
      <p>The last operation changed no file.</p>`;
  const rows = disk.map(
    ({ path, before, after }) =>
      markup`<tr>
        <th scope="row" class="mono">${path}</th>
        <td data-name="before"><code>${before}</code></td>
        <td data-name="after"><code>${after}</code></td>
      </tr>`,
  );
  return markup`<h3>On disk</h3>
    ${stackTable({
      label: 'on disk',
      caption: 'What the last operation changed: mode, owner, content, time',
      heads: ['path', 'before', 'after'],
      rows,
    })}
    ${diskLeftOut > 0 ? markup`<p>And ${diskLeftOut} more.</p>` : undefined}`;
}

function replayPart({ replay }: ReportedFault, number: number): Html {
  return markup`<h3>Replay</h3>
    <div class="replay">
      <pre class="wrap"><code id="replay-${number}">overlay2-ref replay ${replay}</code></pre>
      <button
        type="button"
        hidden
        data-copies="replay-${number}"
        aria-label="Copy the replay of fault ${number}"
      >
        Copy
      </button>
    </div>`;
}

function scripts({ script }: ReportedFault, { goTest }: SectionOptions): Html {
  return markup`<details class="more">
      <summary>As a shell script</summary>
      <pre tabindex="0">${cutEnd(script)}</pre>
    </details>
    ${
      goTest === undefined
        ? undefined
        : markup`<details class="more">
            <summary>As a Go test</summary>
            <pre tabindex="0">${cutEnd(goTest)}</pre>
          </details>`
    }`;
}

function cutEnd(text: string): string {
  if (text.length <= SCRIPT_MAX) return text;
  return `${text.slice(0, SCRIPT_MAX)}\n… ${text.length - SCRIPT_MAX} characters more: --repro DIR`;
}
