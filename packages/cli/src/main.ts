import { EXPORT_FORMATS, ORIGIN_CHOICES, RUN_PRESETS } from '@maskloop/domain';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { Api } from './api.ts';
import { type ExportOptions, exportVersion } from './commands/export.ts';
import { type FreezeOptions, freeze } from './commands/freeze.ts';
import { type ImportOptions, importLabels } from './commands/import.ts';
import { login, logout } from './commands/login.ts';
import { type RunOptions, run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { upload } from './commands/upload.ts';
import { loadConfig } from './config.ts';
import { EXIT, type ExitCode, Failure } from './failure.ts';
import { Output } from './output.ts';

const program = new Command('maskloop')
  .description('Upload, import, run, freeze and export with a Maskloop server.')
  .option('--json', 'one JSON value on stdout instead of text; no bars', false)
  .addHelpText(
    'after',
    `
Sign in with "maskloop login", or set MASKLOOP_SERVER and MASKLOOP_TOKEN.
Projects are named by name or id.
Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.denied} not signed in or not allowed, ${EXIT.unreachable} no server.`,
  )
  .exitOverride();

const output = () => new Output(program.opts<{ json: boolean }>());
const api = async () => new Api(await loadConfig(process.env));
let ends: ExitCode = EXIT.done;

program
  .command('login')
  .description('try a token and keep it; it is read from MASKLOOP_TOKEN, stdin or the keyboard')
  .option('--server <address>', 'address of the server (default: MASKLOOP_SERVER, or http://127.0.0.1:3000)')
  .action((options: { server?: string }) => login(output(), options));

program
  .command('logout')
  .description('forget the token that was kept')
  .action(() => logout(output()));

program
  .command('status')
  .description('the projects, or how far one of them is')
  .argument('[project]')
  .action(async (project: string | undefined) => status(await api(), output(), project));

program
  .command('upload')
  .description('send pictures, folders of pictures, and ZIPs; started again, it goes on with what is missing')
  .argument('<project>')
  .argument('<paths...>')
  .option('--parallel <count>', 'files at a time', count(1, 32), 4)
  .action(async (project: string, paths: string[], { parallel }: { parallel: number }) => {
    ends = await upload(await api(), output(), { project, paths, parallel });
  });

program
  .command('import')
  .description('bring in masks and boxes of another tool: one file, or a ZIP; its format is found out')
  .argument('<project>')
  .argument('<file>')
  .option('--proposals-of <model>', 'as proposals of this model version (default: as imported masks)')
  .option('--skip-boxes', 'leave boxes out (default: they become prompts of the active model)')
  .option('--dry-run', 'only say what is in the file')
  .action(async (project: string, file: string, options: ImportOptions) => {
    ends = await importLabels(await api(), output(), { project, file }, options);
  });

program
  .command('run')
  .description('let the model propose masks in every image of a project, and wait until it has')
  .argument('<project>')
  .option('--model <name>', 'model version (default: the project’s active one)')
  .addOption(
    new Option('--preset <name>', 'how to search (default: what suits the model)').choices(RUN_PRESETS),
  )
  .option('--note <text>', 'what it is for')
  .option('--dry-run', 'only a few images, whose proposals do not become masks')
  .option('--no-wait', 'only order it')
  .action(async (project: string, options: RunOptions) => {
    ends = await run(await api(), output(), project, options);
  });

program
  .command('freeze')
  .description('freeze a dataset version')
  .argument('<project>')
  .requiredOption('--name <name>', 'name of the version')
  .option('--notes <text>', 'what it is for')
  .addOption(new Option('--origins <choice>', 'which masks by origin').choices(ORIGIN_CHOICES))
  .option('--status <list>', 'image statuses, with commas between them, such as submitted,accepted')
  .option('--split <shares>', 'train/val/test in per cent, such as 80/10/10')
  .option('--seed <number>', 'another seed sorts the images otherwise')
  .option('--dry-run', 'only say what it would hold')
  .action(async (project: string, options: FreezeOptions) => freeze(await api(), output(), project, options));

program
  .command('export')
  .description('order an export of a dataset version, wait for it, download it and compare its checksum')
  .argument('<project>')
  .option('--version <number>', 'number of the dataset version', 'latest')
  .addOption(new Option('--format <format>', 'file format').choices(EXPORT_FORMATS).default('coco'))
  .option('--images', 'with the pictures')
  .option('--polygons', 'outlines in place of masks, where the format has both')
  .option('--tolerance <pixels>', 'how far an outline may leave the border to have fewer corners', pixels)
  .option('--border <pixels>', 'width of "nobody judged this" between two objects, in VOC', pixels)
  .option('-o, --output <path>', 'file or folder to write to')
  .action(async (project: string, options: ExportOptions) =>
    exportVersion(await api(), output(), project, options),
  );

function count(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`);
  };
}

function pixels(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 10) return value;
  throw new InvalidArgumentError('A number from 0 to 10.');
}

try {
  await program.parseAsync();
  process.exitCode = ends;
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  // commander has said it already; help is no failure
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (!(error instanceof Failure)) {
    console.error(error);
    return EXIT.failed;
  }
  if (program.opts<{ json: boolean }>().json) {
    process.stdout.write(`${JSON.stringify({ error: error.message, exitCode: error.exitCode })}\n`);
  } else {
    process.stderr.write(`maskloop: ${error.message}\n`);
  }
  return error.exitCode;
}
