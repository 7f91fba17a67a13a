import OpenAI from 'openai';
import { base, report } from './raised.mjs';

const client = new OpenAI({ apiKey: 'k', baseURL: `${base}/openai`, maxRetries: 0 });
await report((s) => client.models.retrieve(s), (e) => ({ status: e.status, code: e.code, type: e.type, message: e.message, id: e.requestID }));
