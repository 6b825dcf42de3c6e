import { z } from 'zod';
import { SyscallError } from '../../../domain/errors.js';
import { errnoName, errnoText } from '../../../domain/go/errno.js';
import { type RuleGroup, ruleFunction } from '../rule-group.js';

const ERRNO_MAX = 135;

/** Calls whose failures the driver tells, in each form that Go gives them. */
const CALLS = [
  { errno: 2, syscall: 'open', path: '/h/a/link' },
  { errno: 17, syscall: 'mkdir', path: '/h/a' },
  { errno: 2, syscall: 'symlink', path: '../a/diff', dest: '/h/l/ABC' },
  { errno: 18, syscall: 'link', path: '/a', dest: '/b' },
  { errno: 22, syscall: 'mount' },
  { errno: 16, syscall: 'unlinkat', path: '/h/a/merged' },
  { errno: 116, syscall: 'stat', path: '/h' },
  { errno: 22, syscall: 'readlink', path: '/h/l' },
  { errno: 133, syscall: 'chown', path: '' },
] as const;

/** The texts of failed system calls. */
export const ERRNO_GROUP: RuleGroup = {
  rule: 'errno',
  source: 'Go syscall/zerrors_linux_amd64.go; Go os/error.go',
  functions: [
    ruleFunction({
      name: 'Errno',
      source: 'Go syscall/zerrors_linux_amd64.go',
      why: 'The texts are Go’s own: ESTALE is `stale NFS file handle`, unlike in glibc',
      input: z.strictObject({ errno: z.int() }),
      value: z.strictObject({ name: z.string(), text: z.string() }),
      run: ({ errno }) => ({ name: errnoName(errno), text: errnoText(errno) }),
      *cases() {
        for (let errno = 0; errno <= ERRNO_MAX; errno++) {
          yield { input: { errno }, comment: `errno ${errno}` };
        }
      },
    }),
    ruleFunction({
      name: 'PathError',
      source: 'Go os/error.go PathError, LinkError',
      why: 'A call with a path names call and path; one without is the bare text',
      input: z.strictObject({
        errno: z.int(),
        syscall: z.string(),
        path: z.string().optional(),
        dest: z.string().optional(),
      }),
      value: z.string(),
      run: ({ errno, syscall, path, dest }) =>
        new SyscallError({
          errno,
          syscall,
          ...(path === undefined ? {} : { path }),
          ...(dest === undefined ? {} : { dest }),
        }).message,
      *cases() {
        for (const input of CALLS) {
          yield { input, comment: `${input.syscall} fails with errno ${input.errno}` };
        }
      },
    }),
  ],
};
