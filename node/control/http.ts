/**
 * What a control API needs of Node's HTTP. An `import` of it would look at all that it can give, and so load the WebSockets and
 * the HTTP client of another library: 70 ms of processor time for each process.
 */
export const { createServer, request } = process.getBuiltinModule('node:http');
