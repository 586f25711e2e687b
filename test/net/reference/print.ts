import { COMPARISONS } from './reference.ts';

/** `npm run -s test:reference`: how many recorded packets the walk reproduces, and which it does not. */
for (const { name, what, outcomes } of COMPARISONS) {
  const all = outcomes();
  const wrong = all.filter(({ expected, found }) => expected !== found);
  console.log(`${name}: ${all.length - wrong.length} of ${all.length} ${what}`);
  for (const it of wrong)
    console.log(`  ${it.name}\n    expected ${it.expected}\n    found    ${it.found}`);
  if (wrong.length > 0) process.exitCode = 1;
}
