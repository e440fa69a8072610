import type { Checker } from './checker.ts';

/** L4: a watch that tells nothing any more, not even bookmarks, is taken for dead within 100 s. */
export const deadWatch: Checker = {
  id: 'L4',
  ended: ({ unheard }) => (unheard === 0 ? [] : [`${unheard} dead watches were not noticed within 100 s`]),
};
