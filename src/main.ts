import { createProgram } from './commands/program.ts';

const program = createProgram((code) => {
  process.exitCode = code;
});
await program.parseAsync(process.argv);
