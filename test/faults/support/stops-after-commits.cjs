/**
 * Loaded into the app before its own code (`-r`). After SIGUSR2, main stops itself (SIGSTOP), and after each commit again, until
 * it is continued. Each statement that writes is slow then, so that a slice takes only one group of entries.
 */
const { join } = module.require('node:path');

const { platform, arch } = process;
/** How much longer a statement that writes takes, in ms. */
const SLOWER_MS = 0.2;

// The same object as the app gets, because Node loads a native module only once.
const addon = module.require(
  join(
    __dirname,
    '../../../node_modules/@photostructure/sqlite',
    `prebuilds/${platform}-${arch}/@photostructure+sqlite.glibc.node`,
  ),
);
const never = new Int32Array(new SharedArrayBuffer(4));
const stop = () => process.kill(process.pid, 'SIGSTOP');
let isStopping = false;

// Its methods cannot be replaced.
addon.DatabaseSync = class extends addon.DatabaseSync {
  exec(sql) {
    super.exec(sql);
    if (isStopping && sql === 'COMMIT') stop();
  }
  prepare(...args) {
    const statement = super.prepare(...args);
    const run = (...values) => {
      if (isStopping) Atomics.wait(never, 0, 0, SLOWER_MS);
      return Object.getPrototypeOf(statement).run.apply(statement, values);
    };
    return Object.defineProperty(statement, 'run', { value: run });
  }
};

process.once('SIGUSR2', () => {
  isStopping = true;
  stop();
});
