import { createHash } from 'node:crypto';
import { utf8ByteLength } from '../../../domain/utf8.js';
import type { CheckReport, ReportedFault } from '../check-report.js';
import { headline } from '../headline.js';
import { coverageTable } from './coverage-table.js';
import { faultSection } from './fault-section.js';
import { type Html, markup } from './html.js';
import { stackTable } from './stack-table.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { verdictOf } from '../verdict.js';

/** A page stays below a megabyte; what frames the faults takes some of it. */
const FAULTS_BYTES_MAX = 820_000;
const SHORT_MAX = 400;

/** What a page is told beside the report. */
export interface PageOptions {
  /** Gives the Go test of a fault; absent where there is none. */
  readonly goTest?: (fault: ReportedFault) => string | undefined;
}

/**
 * Gives a report as one page that needs nothing else: no network, no other file, a megabyte at
 * most. Scripts and styles are those of this program alone, by their digests.
 *
 * @public
 * @since 0.1.0
 */
export function htmlOf(report: CheckReport, options: PageOptions = {}): string {
  return `${page(report, sections(report, options)).markup}\n`;
}

function page(report: CheckReport, faults: readonly Html[]): Html {
  const verdict = verdictOf(report);
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <title>${verdict}</title>
        ${{ markup: `<style>${STYLE}</style>` }}
      </head>
      <body>
        <a class="skip" href="#faults">To the faults</a>
        <header>
          <h1>${verdict}</h1>
          ${notes(report)}${facts(report)}
        </header>
        <main>
          <section id="faults" aria-labelledby="faults-title">
            <h2 id="faults-title">Faults</h2>
            ${report.faults.length === 0 ? markup`<p>None.</p>` : overview(report.faults)}${faults}
          </section>
          ${stalePart(report)}${skippedPart(report)}${coverageTable(report)}
        </main>
        <p id="said" class="skip" role="status" aria-live="polite"></p>
        <footer>
          <p>Written by overlay2-ref. The JSON report has all of it, for programs.</p>
        </footer>
        ${{ markup: `<script>${SCRIPT}</script>` }}
      </body>
    </html>`;
}

function policy(): string {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
  const only = `style-src 'sha256-${digest(STYLE)}'; script-src 'sha256-${digest(SCRIPT)}'`;
  return `default-src 'none'; ${only}; base-uri 'none'; form-action 'none'`;
}

function notes({ interrupted = false, blind, agrees }: CheckReport): readonly Html[] {
  return [
    agrees
      ? markup`<p class="note good">Every answer was one that is allowed.</p>`
      : markup`<p class="note bad">Something was not as it has to be.</p>`,
    ...(interrupted
      ? [markup`<p class="note warn">The check was interrupted: this is what it had found.</p>`]
      : []),
    ...(blind === 0
      ? []
      : [markup`<p>${blind} operations were beyond the model and not judged.</p>`]),
  ];
}

function facts(report: CheckReport): Html {
  const { target, profile, judgeProfile, kernel, seed, shards, seconds, lengthMax } = report;
  const rows: readonly (readonly [string, string])[] = [
    ['target', target],
    ['answers as', profile],
    ['judged by', judgeProfile],
    ...(kernel === undefined ? [] : ([['kernel', kernel]] as const)),
    ['sequences', String(report.sequences)],
    ['operations', String(report.operations)],
    ['time', `${seconds.toFixed(1)} s`],
    ['seed', String(seed)],
    ['part', shards.join(' ')],
    ['length at most', String(lengthMax)],
  ];
  const told = rows.map(
    ([name, text]) =>
      markup`<div>
        <dt>${name}</dt>
        <dd>${text}</dd>
      </div>`,
  );
  return markup`<dl class="facts">${told}</dl>`;
}

function overview(faults: readonly ReportedFault[]): Html {
  const rows = faults.slice(0, SHORT_MAX).map((fault, i) => {
    const { rule, count, steps, known } = fault;
    return markup`<tr>
      <td><a href="#fault-${i + 1}">${i + 1}. ${headline(fault)}</a></td>
      <td data-name="rule">${rule === '' ? '–' : rule}</td>
      <td data-name="seen">${count}</td>
      <td data-name="steps">${steps.length}</td>
      <td data-name="known">${known === undefined ? 'no' : 'yes'}</td>
    </tr>`;
  });
  const heads = ['what broke', 'rule', 'seen', 'steps', 'known'];
  return markup`${stackTable({ label: 'all faults', heads, rows })}
    <p class="more">
      <button type="button" hidden data-opens="all">Open all</button>
      <button type="button" hidden data-opens="none">Close all</button>
    </p>`;
}

/** Whole as long as there is room, then in short. */
function sections(report: CheckReport, { goTest }: PageOptions): readonly Html[] {
  const { faults, target } = report;
  let left = FAULTS_BYTES_MAX;
  const all = faults.slice(0, SHORT_MAX).map((fault, i) => {
    const own = goTest?.(fault);
    const options = { number: i + 1, target, ...(own === undefined ? {} : { goTest: own }) };
    const whole = faultSection(fault, { ...options, isShort: false });
    const short = faultSection(fault, { ...options, isShort: true });
    const room = left - (faults.length - i - 1) * SHORT_BYTES;
    const chosen = utf8ByteLength(whole.markup) <= room ? whole : short;
    left -= utf8ByteLength(chosen.markup);
    return left < 0 ? markup`` : chosen;
  });
  const beyond = faults.length - all.length;
  return beyond <= 0 ? all : [...all, markup`<p>And ${beyond} more in the JSON report.</p>`];
}

const SHORT_BYTES = 1800;

function stalePart({ stale = [] }: CheckReport): Html | undefined {
  if (stale.length === 0) return undefined;
  const rows = stale.map(
    ({ rule, pattern, reason }) => markup`<li><code>${rule} ${pattern}</code>: ${reason}</li>`,
  );
  return markup`<section>
    <h2>Listed as known, and did not happen</h2>
    <p class="note bad">Take them off the list, or run <code>check --known FILE --update</code>.</p>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

function skippedPart({ skipped = [] }: CheckReport): Html {
  const rows = skipped.map(
    ({ what, reason }) => markup`<li><strong>${what}</strong>: ${reason}</li>`,
  );
  return markup`<section>
    <h2>Skipped</h2>
    ${
      rows.length === 0
        ? markup`<p>Nothing.</p>`
        : markup`<ul>
            ${rows}
          </ul>`
    }
  </section>`;
}
