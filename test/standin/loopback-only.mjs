/** Loaded first into a program under test (`node --import`): it then finds no host by name, so only this machine. */
import dns from 'node:dns';

dns.lookup = (host, options, callback) => {
  const answer = typeof options === 'function' ? options : callback;
  answer(new Error(`Not this machine: ${host}`));
};
