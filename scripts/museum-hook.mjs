// Module hooks: one module of the build is loaded from the text that it was given, and must be
// loaded once; everything else is loaded as ever.
let planted = { url: '', source: '' };
let port;

/** Takes what `register` was told. */
export function initialize(data) {
  ({ planted, port } = data);
}

/** Gives the planted text for the one module. */
export async function load(url, context, nextLoad) {
  if (url !== planted.url) return nextLoad(url, context);
  port.postMessage('planted');
  return { format: 'module', source: planted.source, shortCircuit: true };
}
