import type { FaultTrace, ReportedMount, ReportedPlan, ReportedStep } from '../fault-trace.js';
import { type Html, markup } from './html.js';

const COLUMNS_MAX = 40;
const ROWS_MAX = 40;
const MARK_CLASS = {
  'as allowed': 'good',
  'not judged': '',
  'gone wrong': 'warn',
  diverges: 'bad',
} as const;

/**
 * Gives the timeline of a fault: a column for each operation, a row for each layer.
 *
 * @param name - what the table is called for those who hear it.
 * @internal
 */
export function timeline({ steps }: FaultTrace, name: string): Html {
  const from = Math.max(0, steps.length - COLUMNS_MAX);
  const shown = steps.slice(from);
  const states = statesOf(steps);
  const ids = [...new Set(steps.flatMap(({ changed }) => Object.keys(changed)))].sort();
  const rows = ids.slice(0, ROWS_MAX);
  const left = [
    ...(from === 0 ? [] : [`the first ${from} operations`]),
    ...(rows.length === ids.length ? [] : [`${ids.length - rows.length} layers`]),
  ];
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
      <table class="timeline">
        <thead>
          <tr>
            <th scope="col">layer</th>
            ${shown.map((step, i) => column(step, from + i))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((id) => row(id, shown, states.slice(from)))}
        </tbody>
      </table>
    </div>
    ${left.length === 0 ? undefined : markup`<p>Left out: ${left.join(' and ')}.</p>`}`;
}

function column({ told, mark, answer, plan }: ReportedStep, index: number): Html {
  return markup`<th scope="col">
    <span class="step">${index + 1}</span> ${told}
    ${plan === undefined ? undefined : crashMarker(plan)}
    <span class="mark"><span class="pill ${MARK_CLASS[mark]}">${mark}</span></span>
    <span class="step">${answer}</span>
  </th>`;
}

function crashMarker({ told, call, fault }: ReportedPlan): Html {
  const where = call === '' ? 'that call did not come' : call;
  return markup`<span class="crash">${fault === 'crash' ? '✕' : '!'} ${told}: ${where}</span>`;
}

function row(
  id: string,
  steps: readonly ReportedStep[],
  states: readonly ReadonlyMap<string, string>[],
): Html {
  const cells = steps.map(({ changed }, i) => {
    const state = states[i]?.get(id) ?? '';
    if (!Object.hasOwn(changed, id))
      return markup`<td class="same">${state === '' ? '–' : state}</td>`;
    return state === ''
      ? markup`<td class="gone">gone</td>`
      : markup`<td class="new">${state}</td>`;
  });
  return markup`<tr>
    <th scope="row" class="mono">${id}</th>
    ${cells}
  </tr>`;
}

/** Gives what every layer is after each step. */
function statesOf(steps: readonly ReportedStep[]): readonly ReadonlyMap<string, string>[] {
  let now: ReadonlyMap<string, string> = new Map();
  return steps.map(({ changed }) => (now = new Map([...now, ...Object.entries(changed)])));
}

/**
 * Gives the mounts of a fault, with how long their data is beside what the kernel reads of it.
 *
 * @internal
 */
export function mountList({ steps, pageSize }: FaultTrace): Html | undefined {
  const mounts = steps.flatMap(({ mounts: all }, step) =>
    all.map((it) => mountEntry(it, step, pageSize)),
  );
  if (mounts.length === 0) return undefined;
  return markup`<h3>Mounts</h3>
    ${mounts}`;
}

function mountEntry(
  { target, cwd, flags, data, dataBytes }: ReportedMount,
  step: number,
  page: number,
): Html {
  const room = page - dataBytes - 1;
  const fits =
    room >= 0
      ? markup`<span class="pill good">fits, ${room} left</span>`
      : markup`<span class="pill bad">cut by the kernel, ${-room} too many</span>`;
  const where = cwd === undefined ? '' : ` from ${cwd}`;
  return markup`<div class="more">
    <p>
      Operation ${step + 1} mounts <code>${target}</code>${where}, flags ${flags}: ${dataBytes}
      bytes and a NUL of the ${page} of a page ${fits}
    </p>
    <p>
      <meter
        min="0"
        max="${page}"
        high="${page - 1}"
        value="${Math.min(dataBytes + 1, page)}"
        aria-label="mount data, bytes of a page"
      >
        ${dataBytes + 1} of ${page}
      </meter>
    </p>
    <pre class="wrap">${data}</pre>
  </div>`;
}
