/** Node's own comparison of plain objects, in place of the package `lodash.isequal`, which electron-updater loads. */
module.exports = process.getBuiltinModule('node:util').isDeepStrictEqual;
