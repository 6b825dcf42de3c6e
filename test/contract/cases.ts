/** Every case of the port contract, by the port that it is about. */
import { ATTRIBUTE_CASES } from './attribute-cases.js';
import type { Case } from './contract.js';
import { DIRECTORY_CASES } from './directory-cases.js';
import { FILE_HANDLE_CASES } from './file-handle-cases.js';
import { HOST_CASES } from './host-cases.js';
import { NODE_CASES } from './node-cases.js';
import { PATH_CASES } from './path-cases.js';
import { RESOLVE_CASES } from './resolve-cases.js';

export const CONTRACT_CASES: Readonly<Record<string, readonly Case[]>> = {
  paths: PATH_CASES,
  'files by path': NODE_CASES,
  'open files': FILE_HANDLE_CASES,
  'open directories': DIRECTORY_CASES,
  'attributes below a directory': ATTRIBUTE_CASES,
  'confined paths': RESOLVE_CASES,
  'host facts': HOST_CASES,
};
