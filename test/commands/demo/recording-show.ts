import type { Scene } from '../../../src/commands/demo/scene.ts';
import type { Show, Summary } from '../../../src/commands/demo/show.ts';

/** A show that keeps everything that it was given. */
export type RecordingShow = Show & Readonly<{ scenes: Scene[]; said: string[]; commands: string[]; ends: Summary[] }>;

/** A show without an audience. */
export function recordingShow(): RecordingShow {
  const scenes: Scene[] = [];
  const said: string[] = [];
  const commands: string[] = [];
  const ends: Summary[] = [];
  return {
    scenes,
    said,
    commands,
    ends,
    act: (title) => void said.push(title),
    say: (text) => void said.push(text),
    command: (text) => void commands.push(text),
    scene: (scene) => void scenes.push(scene),
    end: (summary) => void ends.push(summary),
    close() {},
  };
}
