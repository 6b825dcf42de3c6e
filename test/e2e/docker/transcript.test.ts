/**
 * Establishes that a Docker daemon on the plugin answers as one on its own overlay2 does: one
 * script is played on both, and the transcripts agree but for what docs/docker.md lists, each of
 * which has to be there. Needs Debian's docker.io and busybox-static, and skips without them.
 * `DOCKER_TRANSCRIPTS=DIR` keeps both transcripts.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerDaemon, whyNoDocker } from '../../helpers/docker-daemon.js';
import { DOCKER_DIFFERENCES } from '../../helpers/docker-differences.js';
import { playScript } from '../../helpers/docker-script.js';
import { DockerTranscript, type TranscriptStep } from '../../helpers/docker-transcript.js';
import { PluginProgram } from '../../helpers/plugin-program.js';

const NAME = `o2r-${process.pid}-t`;
const SOCKET = `/run/docker/plugins/${NAME}.sock`;

const reason = whyNoDocker();
if (reason !== undefined) process.stderr.write(`skipped the two transcripts: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  "Docker's daemon, on its own driver and on the plugin",
  () => {
    let plugin: PluginProgram;
    let daemons: readonly DockerDaemon[] = [];
    let own: readonly TranscriptStep[] = [];
    let ours: readonly TranscriptStep[] = [];

    beforeAll(async () => {
      plugin = new PluginProgram(SOCKET);
      daemons = [1, 2].map(() => new DockerDaemon({ isInMemory: true }));
      await plugin.start();
      const played = daemons.map(async (daemon, index) => {
        const driver = index === 0 ? 'overlay2' : NAME;
        await daemon.start(driver);
        const transcript = new DockerTranscript(daemon, driver);
        try {
          await playScript(transcript);
        } finally {
          const directory = process.env['DOCKER_TRANSCRIPTS'];
          if (directory !== undefined) {
            writeFileSync(
              join(directory, `${index === 0 ? 'own' : 'ours'}.txt`),
              transcript.toText(),
            );
          }
        }
        return transcript.steps;
      });
      [own = [], ours = []] = await Promise.all(played);
    });

    afterAll(async () => {
      for (const daemon of daemons) await daemon.remove();
      await plugin.end();
      await plugin.remove();
      expect(existsSync(SOCKET)).toBe(false);
      expect(daemons.filter(({ scratch }) => existsSync(scratch))).toEqual([]);
    });

    it('agree in all commands but those of the table', () => {
      const isKnown = ({ command }: TranscriptStep): boolean =>
        DOCKER_DIFFERENCES.some((known) => known.command === command);

      expect(own.length).toBeGreaterThan(60);
      expect(ours.filter((step) => !isKnown(step))).toEqual(own.filter((step) => !isKnown(step)));
    });

    it.each(DOCKER_DIFFERENCES)('differ in $command: $why', (known) => {
      const find = (steps: readonly TranscriptStep[]): string | undefined =>
        steps.find(({ command }) => command === known.command)?.text;

      expect(find(own)).toMatch(known.own);
      expect(find(ours)).toMatch(known.ours);
      expect(known.own.test(find(ours) ?? '')).toBe(false);
    });
  },
);
