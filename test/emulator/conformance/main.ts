import { startControlPlane } from '../../cluster/control-plane.ts';
import { compareGroup, describeDifference, unexpected } from './compare.ts';
import type { Group } from './exchange.ts';
import { GROUPS } from './groups.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { normalise } from './normalise.ts';
import { playGroup } from './play.ts';
import { realPlayer } from './real-player.ts';
import { setNamespace, setStage } from './stage.ts';
import { writeTranscript } from './transcripts.ts';

/**
 * `npm run conformance`: compares the emulator with the transcripts; with `--record`, asks a kube-apiserver first and
 * writes its answers down. Names of groups narrow it.
 */
const words = process.argv.slice(2);
const named = words.filter((word) => !word.startsWith('-'));
const groups = GROUPS.filter(({ name }) => named.length === 0 || named.includes(name));

if (words.includes('--record')) {
  await record(
    groups.filter(({ compacts }) => compacts !== true),
    [],
  );
  await record(
    groups.filter(({ compacts }) => compacts === true),
    // Its cache would go on serving what the storage has forgotten, for as long as it likes.
    ['--etcd-compaction-interval=1s', '--watch-cache=false'],
  );
}
let all = 0;
let equal = 0;
for (const group of groups) {
  const compared = (await compareGroup(group)).map((one) => unexpected(one, group.name, KNOWN_DIFFERENCES));
  const wrong = compared.filter(({ differences, kinder }) => differences.length > 0 || kinder);
  all += compared.length;
  equal += compared.length - wrong.length;
  if (wrong.length > 0) console.log(`${group.name}:\n${wrong.map(describeDifference).join('\n')}`);
}
console.log(`${all} exchanges compared, ${equal} equal, ${KNOWN_DIFFERENCES.length} known differences`);
process.exitCode = equal === all ? 0 : 1;

async function record(some: readonly Group[], moreArguments: readonly string[]): Promise<void> {
  if (some.length === 0) return;
  const plane = await startControlPlane(moreArguments);
  try {
    const player = await realPlayer(plane);
    await setStage(player);
    for (const group of some) {
      await setNamespace(player, group.name);
      const answers = await playGroup(player, group);
      writeTranscript(group, normalise(answers, Date.now()));
      console.log(`${group.name}: ${answers.length} exchanges recorded`);
    }
  } finally {
    await plane.stop();
  }
}
