import Anthropic from '@anthropic-ai/sdk';
import { base, report } from './raised.mjs';

const client = new Anthropic({ apiKey: 'k', baseURL: `${base}/anthropic`, maxRetries: 0 });
await report((s) => client.models.retrieve(s), (e) => ({ status: e.status, type: e.error?.error?.type, text: e.error?.error?.message, id: e.requestID }));
