/** What each program does with the arguments `a` and `b` and TOWN=Bern; it ends with 3, which the adapters tell as 1. */
export const EXPECTED = {
  output: [
    'arguments a,b',
    'town Bern',
    'slept true',
    'year true',
    'random true',
    'file false',
    '',
  ].join('\n'),
  errors: 'done\n',
  status: 1,
};
