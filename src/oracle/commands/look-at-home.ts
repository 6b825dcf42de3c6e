import { type HomePicture, takePicture } from '../faults/home-picture.js';
import type { SequenceTarget } from '../targets/sequence-target.js';
import type { HomeView } from './answer.js';
import { observeHome } from './observe-home.js';

/**
 * Looks at the home of a target, by path or by asking it.
 *
 * @internal
 */
export function lookAtHome(target: SequenceTarget): Promise<HomeView> {
  const { remote, home } = target;
  // Files may be out of reach where there is another way to them: they are not asked for then.
  return remote === undefined ? observeHome(target.files, home) : remote.observe();
}

/**
 * Looks at everything in the home of a target, by path or by asking it.
 *
 * @internal
 */
export function pictureHome(target: SequenceTarget): Promise<HomePicture> {
  const { remote, home } = target;
  return remote === undefined ? takePicture(target.files, home) : remote.picture();
}
