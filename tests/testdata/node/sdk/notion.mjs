import { Client } from '@notionhq/client';
import { base, report } from './raised.mjs';

const client = new Client({ auth: 'secret', baseUrl: `${base}/notion`, retry: false, logger() {} });
await report((s) => client.request({ path: s, method: 'get' }), (e) => ({ status: e.status, code: e.code, message: e.message }));
