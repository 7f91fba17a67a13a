import { request } from '@octokit/request';
import { base, report } from './raised.mjs';

await report((s) => request(`GET /github/${s}`, { baseUrl: base, request: { log: { debug() {}, info() {}, warn() {}, error() {} } } }),
  (e) => ({ status: e.status, message: e.message, id: e.response?.headers['x-github-request-id'] }));
