// What a load gives: counts, durations, and what was left behind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ERRORS_TOLD = 5;
/** Memory is flat where the second half of a run needs no more than this above the first. */
const FLAT_MIB = 40;

/** What is left when all layers were removed. */
export function leftOf(home) {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return {
    mounts: points.filter((path) => path.startsWith(`${home}/`)).length,
    layers: readdirSync(home).filter((name) => name !== 'l').length,
    links: readdirSync(join(home, 'l')).length,
  };
}

export function figuresOf(options, told, samples, left) {
  const [first, last] = [samples[0], samples.at(-1)];
  const half = samples.length / 2;
  const most = (part) => Math.max(...part.map(({ memoryMiB }) => memoryMiB));
  const [memoryFirst, memorySecond] = [most(samples.slice(0, half)), most(samples.slice(half))];
  const descriptorsMost = Math.max(...samples.map(({ descriptors }) => descriptors));
  const { minutes, callers, layers, profile } = options;
  const isClean = left.mounts + left.layers + left.links === 0 && left.exitCode === 0;
  return {
    minutes,
    callers,
    layers,
    profile,
    calls: told.calls,
    made: told.made,
    mostLayers: told.mostLayers,
    errors: told.errors.length,
    firstErrors: told.errors.slice(0, ERRORS_TOLD),
    left,
    // Connections are open to the end, so that all that is more has leaked.
    descriptors: { most: descriptorsMost, last: last.descriptors },
    memoryMiB: { start: first.memoryMiB, firstHalf: memoryFirst, secondHalf: memorySecond },
    isFlat: memorySecond - memoryFirst <= FLAT_MIB,
    ms: Object.fromEntries(Object.entries(told.ms).map(([name, all]) => [name, durations(all)])),
    samples,
    isGood: told.errors.length === 0 && isClean && memorySecond - memoryFirst <= FLAT_MIB,
  };
}

function durations(all) {
  const sorted = [...all].sort((one, other) => one - other);
  const at = (part) => Number(sorted[Math.floor((sorted.length - 1) * part)].toFixed(1));
  return { count: all.length, median: at(0.5), p99: at(0.99), most: at(1) };
}

export function describe(figures) {
  const { left, memoryMiB, descriptors } = figures;
  const lines = [
    `${figures.callers} callers, ${figures.minutes} minutes, profile ${figures.profile}: ` +
      `${figures.calls} calls, ${figures.made} layers made, at most ${figures.mostLayers} at once`,
    `errors: ${figures.errors}`,
    ...figures.firstErrors.map((text) => `  ${text}`),
    `left: ${left.mounts} mounts, ${left.layers} layers, ${left.links} links; ` +
      `exit ${left.exitCode}`,
    `descriptors: at most ${descriptors.most}, in the end ${descriptors.last}`,
    `memory in MiB: ${memoryMiB.firstHalf} at most in the first half, ` +
      `${memoryMiB.secondHalf} in the second${figures.isFlat ? '' : ': not flat'}`,
    'milliseconds a call (median, 99 %, most):',
    ...Object.entries(figures.ms).map(
      ([name, { count, median, p99, most }]) =>
        `  ${name.padEnd(16)} ${count} calls: ${median}, ${p99}, ${most}`,
    ),
    figures.isGood ? 'all is well' : 'something is wrong',
  ];
  return `${lines.join('\n')}\n`;
}
