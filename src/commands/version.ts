declare const SLUICE_VERSION: string | undefined;
declare const SLUICE_COMMIT: string | undefined;
declare const SLUICE_BUILT_AT: string | undefined;

/** What this program was built from. */
export type Build = Readonly<{ version: string; commit: string; builtAt: string }>;

/** The build that scripts/build.ts wrote into the bundle; run from source it is a development build. */
export function readBuild(): Build {
  return {
    version: typeof SLUICE_VERSION === 'string' ? SLUICE_VERSION : '0.0.0-dev',
    commit: typeof SLUICE_COMMIT === 'string' ? SLUICE_COMMIT : 'unknown',
    builtAt: typeof SLUICE_BUILT_AT === 'string' ? SLUICE_BUILT_AT : 'unknown',
  };
}

/** The build for people, or as JSON. */
export function describeBuild(build: Build, output: string): string {
  if (output === 'json') return JSON.stringify(build);
  return `sluice ${build.version} (commit ${build.commit}, built ${build.builtAt}, node ${process.version})`;
}
