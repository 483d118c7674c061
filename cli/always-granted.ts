/** What `vstar run` grants whatever else it is told to. */
export const ALWAYS_GRANTED = 'posiv:kernel';
