/* draft */
import { report } from './report';
import { search } from './search';
import { MISSING_PROFILE, ONE_FIELD, TWO_FIELDS } from './scope';

export function main(args: string[]): number {
  const scopes = { one: ONE_FIELD, missing: MISSING_PROFILE, two: TWO_FIELDS };
  let code = 0;
  for (const [name, scope] of Object.entries(scopes)) {
    if (args[0] && args[0] !== name) continue;
    const began = performance.now();
    const depth = args[1] ? Number(args[1]) : Infinity;
    const result = search(scope, {}, { depth, progress: (d, s, t) => console.error(`  depth ${d}: ${s} states, ${t} transitions, ${((performance.now() - began) / 1000).toFixed(1)} s, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`) });
    for (const line of report(result, (performance.now() - began) / 1000)) console.log(line);
    if (result.failure) code = 1;
  }
  return code;
}
