import { readFile } from 'node:fs/promises';
import { ExitCode } from '../errors.ts';
import type { CommandDeclaration } from './command.ts';
import { packageFile } from './package-file.ts';

const FILES = { bash: 'extip.bash', zsh: '_extip', fish: 'extip.fish' } as const;

export const completion: CommandDeclaration = {
  name: 'completion',
  summary: 'Print the completion script of a shell',
  examples: [
    { command: 'source <(extip completion bash)', what: 'complete in this bash' },
    {
      command: 'extip completion fish > ~/.config/fish/completions/extip.fish',
      what: 'complete in every fish from now on',
    },
  ],
  arguments: [
    { name: 'shell', description: 'whose script', required: true, choices: Object.keys(FILES) },
  ],
  options: [],
  outputs: [],
  reads: [],
  async run([shell], _options, context) {
    const file = FILES[shell as keyof typeof FILES];
    context.write(await readFile(packageFile(`completions/${file}`), 'utf8'));
    return ExitCode.ok;
  },
};
