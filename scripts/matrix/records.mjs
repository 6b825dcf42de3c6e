// Makes records of the matrix from what the reporter in a guest tells of its tests.

const TEST_SUFFIX = /^test\/e2e\/|\.test\.[jt]s$/g;
const STATUS = { passed: 'pass', failed: 'fail', skipped: 'not-run' };

/**
 * Gives the events of a guest's reporter among the lines of a file or of a console; a line that was
 * cut short when the guest went down is left out.
 *
 * @param mark - what precedes an event in its line; '' where each line is one.
 */
export function eventsIn(text, mark) {
  return text.split('\n').flatMap((line) => {
    const start = line.indexOf(mark);
    if (start === -1 || line === '') return [];
    try {
      return [JSON.parse(line.slice(start + mark.length))];
    } catch {
      // It was cut short, or another writer got between.
      return [];
    }
  });
}

/**
 * Makes the records of one kernel, sorted, one for each check and file system.
 *
 * @param events - of the reporter, in their order.
 * @param guest - its `kernel` as records have it, and the `fileSystem` of its temporary directory.
 */
export function recordsOf(events, guest) {
  const records = new Map();
  const add = (record) => {
    const key = JSON.stringify([record.feature, record.check, record.fileSystem]);
    const before = records.get(key);
    // A name that two files have, or two cases of a table, is one check: it holds where all do.
    records.set(key, before === undefined ? record : merge(before, record));
  };
  for (const event of events) {
    if (event.type === 'test') add(recordOf(event, guest));
    if (event.type === 'file') add(brokenFile(event, guest));
  }
  return [...records.values()].sort(compareRecords);
}

/** Orders records by feature, check, file system and kernel, whatever the reader's language. */
export function compareRecords(a, b) {
  return (
    compare(a.feature, b.feature) ||
    compare(a.check, b.check) ||
    compare(a.fileSystem, b.fileSystem) ||
    compareKernels(a.kernel, b.kernel)
  );
}

/** Orders kernels by their releases, as numbers. */
export function compareKernels(a, b) {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return compare(a, b);
}

/** Counts records by status. */
export function countStatuses(records) {
  const counts = { pass: 0, fail: 0, unsupported: 0, 'not-run': 0 };
  for (const { status } of records) counts[status] += 1;
  return counts;
}

function recordOf(event, { kernel, fileSystem }) {
  const { file, name, state, reason, milliseconds, meta } = event;
  const unsupported = meta?.unsupported ?? event.unsupported;
  const status = unsupported === undefined ? (STATUS[state] ?? 'not-run') : 'unsupported';
  const place = meta?.fileSystem ?? fileSystem;
  const why = unsupported ?? reason ?? reasonIn(name);
  return {
    kernel,
    fileSystem: place,
    feature: meta?.feature ?? featureOf(file),
    check: withoutEnd(name, ` [${place}]`),
    status,
    ...(status === 'pass' ? {} : { reason: withoutScratch(why ?? 'the test gave none') }),
    probe: meta?.probe ?? `${file.replace(/\.js$/, '.ts')}: ${name}`,
    milliseconds: status === 'pass' || status === 'fail' ? milliseconds : 0,
  };
}

/** Directories of a test have names by chance, which would change a reason from run to run. */
function withoutScratch(text) {
  return text.replaceAll(/\/[^\s:,'"]*overlay2-ref[^/\s:,'"]*[.-]\w{6}(?=[/\s:,'"]|$)/g, '$TMP');
}

/** A suite that is skipped as a whole says why in its name. */
function reasonIn(name) {
  return /(no \/|not |needs |cannot |could not )[^>]*/.exec(name)?.[0].trim();
}

function brokenFile({ file, reason }, { kernel, fileSystem }) {
  const source = file.replace(/\.js$/, '.ts');
  return {
    kernel,
    fileSystem,
    feature: featureOf(file),
    check: `${source} is loaded, and its hooks run`,
    status: 'fail',
    reason: withoutScratch(reason ?? 'it was not said why'),
    probe: source,
    milliseconds: 0,
  };
}

/** The folder of a test below `test/e2e`, or the name of its file. */
function featureOf(file) {
  return file.replaceAll(TEST_SUFFIX, '').split('/')[0].replaceAll('-', ' ');
}

function withoutEnd(text, end) {
  return text.endsWith(end) ? text.slice(0, -end.length) : text;
}

function merge(a, b) {
  const worst = ['fail', 'not-run', 'unsupported', 'pass'].find(
    (status) => status === a.status || status === b.status,
  );
  const base = a.status === worst ? a : b;
  return { ...base, milliseconds: a.milliseconds + b.milliseconds };
}

function numbersOf(kernel) {
  const release = /\(([^)]*)\)/.exec(kernel)?.[1] ?? kernel;
  return [...release.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

function compare(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
