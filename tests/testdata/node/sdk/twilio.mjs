import twilio from 'twilio';
import { base, report } from './raised.mjs';

const client = twilio('AC0123456789abcdef0123456789abcdef', 'secret', { autoRetry: false });
client.api.baseUrl = `${base}/twilio`;
await report((s) => client.messages(s).fetch(), (e) => ({ status: e.status, code: e.code, message: e.message, moreInfo: e.moreInfo }));
