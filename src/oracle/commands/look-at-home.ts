import { type HomePicture, takePicture } from '../faults/home-picture.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import type { HomeView } from './answer.js';
import { observeHome } from './observe-home.js';

/**
 * Looks at the home of a target, by path or by asking it.
 *
 * @internal
 */
export function lookAtHome({ remote, files, home }: SequenceTarget): Promise<HomeView> {
  return remote === undefined ? observeHome(files, home) : remote.observe();
}

/**
 * Looks at everything in the home of a target, by path or by asking it.
 *
 * @internal
 */
export function pictureHome({ remote, files, home }: SequenceTarget): Promise<HomePicture> {
  return remote === undefined ? takePicture(files, home) : remote.picture();
}
