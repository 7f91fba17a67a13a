import Stripe from 'stripe';
import { base, report } from './raised.mjs';

const url = new URL(base);
const client = new Stripe('sk_test_1', { host: url.hostname, port: url.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
await report((s) => client.customers.retrieve(s), (e) => ({ status: e.statusCode, code: e.code, type: e.type, rawType: e.rawType, message: e.message, id: e.requestId }));
