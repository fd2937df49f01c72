// `npm start`: builds the web UI when it is stale, then runs the server.
export {};
