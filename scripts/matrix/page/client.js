import { makeGrid } from './grid.js';

const NAMES = { pass: 'pass', fail: 'fail', unsupported: 'not supported', 'not-run': 'not run' };
const SIGNS = { pass: '✓', fail: '✕', unsupported: '–', 'not-run': '○', none: '' };
const data = JSON.parse(document.querySelector('#data').textContent);
const at = (id) => document.querySelector(`#${id}`);
const table = at('table');
const grid = makeGrid(table);
const opened = new Set();
let run = data.runs[0];

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** A cell as the table shows it. */
function unpack(cell) {
  if (cell === null) return { status: 'none', reason: '', milliseconds: 0 };
  if (typeof cell === 'number') return { status: 'pass', reason: '', milliseconds: cell };
  const [status, reason, milliseconds] = cell;
  return { status, reason: data.reasons[reason], milliseconds };
}

/** The rows of the run, by feature. */
function rowsByFeature() {
  const groups = new Map();
  for (const [index, ...cells] of run.rows) {
    const [feature, check, fileSystem, probe] = data.checks[index];
    if (!groups.has(feature)) groups.set(feature, []);
    groups.get(feature).push({ feature, check, fileSystem, probe, cells: cells.map(unpack) });
  }
  // What the kernel itself does comes first; then the tests of the driver, by their folders.
  const isTest = ([, rows]) => Number(rows[0].probe.startsWith('test/'));
  return new Map([...groups].sort((a, b) => isTest(a) - isTest(b)));
}

function shownKernels() {
  const boxes = [...document.querySelectorAll('#kernels input')];
  return boxes.flatMap((box, index) => (box.checked ? [index] : []));
}

function isShown(row, kernels) {
  const cells = kernels.map((index) => row.cells[index].status);
  const words = `${row.feature} ${row.check} ${row.fileSystem} ${row.probe}`.toLowerCase();
  const text = at('text').value.trim().toLowerCase();
  const status = at('status').value;
  return (
    (text === '' || words.includes(text)) &&
    (at('feature').value === '' || row.feature === at('feature').value) &&
    (at('fileSystem').value === '' || row.fileSystem === at('fileSystem').value) &&
    (status === '' || cells.includes(status)) &&
    (!at('differ').checked || new Set(cells).size > 1)
  );
}

function isFiltered() {
  const values = ['text', 'feature', 'fileSystem', 'status'].map((id) => at(id).value);
  return at('differ').checked || values.some((value) => value !== '');
}

function kernelHead(kernel) {
  const [line, release] = kernel.split(/ \((.*)\)$/);
  return make('th', { scope: 'col' }, line, make('small', { textContent: release ?? '' }));
}

function headRow(first, kernels) {
  const heads = kernels.map((index) => kernelHead(run.kernels[index]));
  return make('tr', {}, make('th', { scope: 'col', textContent: first }), ...heads);
}

function showTotals(kernels) {
  document.querySelector('.totals thead').replaceChildren(headRow('Status', kernels));
  const rows = Object.entries(NAMES).map(([status, name]) => {
    const counts = kernels.map((index) => {
      const count = run.rows.filter((row) => unpack(row[index + 1]).status === status).length;
      return make('td', { textContent: String(count) });
    });
    return make('tr', {}, make('th', { scope: 'row', textContent: name }), ...counts);
  });
  at('totals').replaceChildren(...rows);
}

function cellButton(row, index) {
  const { status } = row.cells[index];
  if (status === 'none') return make('td', {});
  const button = make('button', { type: 'button', className: `cell ${status}` }, SIGNS[status]);
  const place = row.fileSystem === '-' ? '' : `, ${row.fileSystem}`;
  const label = `${NAMES[status]}: ${row.check}${place}, ${run.kernels[index]}`;
  button.setAttribute('aria-label', label);
  button.title = NAMES[status];
  const choose = () => showDetail(button, row, index);
  button.addEventListener('focus', choose);
  button.addEventListener('click', choose);
  return make('td', {}, button);
}

function checkRow(row, kernels) {
  const name = make('th', { scope: 'row' }, row.check);
  if (row.fileSystem !== '-') name.append(' ', make('small', { textContent: row.fileSystem }));
  return make(
    'tr',
    { className: 'check' },
    name,
    ...kernels.map((index) => cellButton(row, index)),
  );
}

/** What a feature's checks showed on a kernel, in a word. */
function summary(rows, index) {
  const statuses = rows.map(({ cells }) => cells[index].status);
  const count = (status) => statuses.filter((other) => other === status).length;
  const worst = ['fail', 'unsupported', 'pass', 'not-run'].find((status) => count(status) > 0);
  if (worst === undefined) return make('td', {});
  const number = worst === 'pass' ? count('pass') : `${count('pass')}/${statuses.length}`;
  const text = `${SIGNS[worst]} ${number}`;
  return make('td', {}, make('span', { className: `cell ${worst}`, textContent: text }));
}

function group(feature, rows, kernels) {
  const body = make('tbody');
  const button = make('button', { type: 'button', textContent: feature });
  const isOpen = () => opened.has(feature) || isFiltered();
  const draw = () => {
    button.setAttribute('aria-expanded', String(isOpen()));
    const checks = isOpen() ? rows.map((row) => checkRow(row, kernels)) : [];
    body.replaceChildren(head, ...checks);
  };
  const name = make('th', { scope: 'rowgroup' }, button);
  const cells = kernels.map((index) => summary(rows, index));
  const head = make('tr', { className: 'group' }, name, ...cells);
  button.addEventListener('click', () => {
    if (!opened.delete(feature)) opened.add(feature);
    draw();
    grid.refresh();
    button.focus();
  });
  draw();
  return body;
}

function showTable() {
  const kernels = shownKernels();
  table.tHead.replaceChildren(headRow('Check', kernels));
  while (table.tBodies.length > 0) table.tBodies[0].remove();
  let [shown, all] = [0, 0];
  for (const [feature, rows] of rowsByFeature()) {
    const left = rows.filter((row) => isShown(row, kernels));
    shown += left.length;
    all += rows.length;
    if (left.length > 0) table.append(group(feature, left, kernels));
  }
  at('count').textContent = `${shown} of ${all} checks, ${kernels.length} kernels`;
  showTotals(kernels);
  grid.refresh();
}

function showDetail(button, row, index) {
  const { status, reason, milliseconds } = row.cells[index];
  for (const old of document.querySelectorAll('.chosen')) old.classList.remove('chosen');
  button.classList.add('chosen');
  const facts = [
    ['Kernel', run.kernels[index]],
    ['File system', row.fileSystem],
    ['Outcome', NAMES[status]],
    ['Reason', reason],
    ['Probe', row.probe],
    ['Time', milliseconds === 0 ? '' : `${milliseconds} ms`],
  ].filter(([, value]) => value !== '' && value !== '-');
  const items = facts.flatMap(([name, value]) => [
    make('dt', { textContent: name }),
    make('dd', { textContent: value, className: name === 'Probe' ? 'mono' : '' }),
  ]);
  at('detail').querySelector('h2').textContent = `${row.feature}: ${row.check}`;
  at('detail')
    .querySelector('dl')
    .replaceChildren(...items);
  at('detail').hidden = false;
}

function compare(a, b) {
  return a < b ? -1 : 1;
}

function options(id, values) {
  const select = at(id);
  const before = select.value;
  const others = [...new Set(values)]
    .sort(compare)
    .map((value) => make('option', { value }, value));
  select.replaceChildren(make('option', { value: '' }, 'any'), ...others);
  if (values.includes(before)) select.value = before;
}

function showRun() {
  const checks = run.rows.map(([index]) => data.checks[index]);
  options(
    'feature',
    checks.map(([feature]) => feature),
  );
  options(
    'fileSystem',
    checks.map(([, , fileSystem]) => fileSystem).filter((name) => name !== '-'),
  );
  const boxes = run.kernels.map((kernel) => {
    const box = make('input', { type: 'checkbox', checked: true, defaultChecked: true });
    return make('label', {}, box, ` ${kernel.split(' (')[0]}`);
  });
  at('kernels').replaceChildren(...boxes);
  showTable();
}

function hideDetail() {
  at('detail').hidden = true;
  for (const old of document.querySelectorAll('.chosen')) old.classList.remove('chosen');
}

function openAll(isOpen) {
  opened.clear();
  if (isOpen) for (const [feature] of rowsByFeature()) opened.add(feature);
  showTable();
}

const runs = data.runs.map(({ date, commit, host }, value) =>
  make(
    'option',
    { value },
    `${date.slice(0, 16).replace('T', ' ')}, ${commit.slice(0, 10)}, ${host}`,
  ),
);
at('run').replaceChildren(...runs);
at('run').addEventListener('change', ({ target }) => {
  run = data.runs[Number(target.value)];
  hideDetail();
  showRun();
});
at('filters').addEventListener('input', showTable);
at('filters').addEventListener('submit', (event) => event.preventDefault());
at('filters').addEventListener('reset', () => setTimeout(showTable));
at('open').addEventListener('click', () => openAll(true));
at('close').addEventListener('click', () => openAll(false));
at('hide').addEventListener('click', hideDetail);
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') hideDetail();
});
if (run !== undefined) showRun();
