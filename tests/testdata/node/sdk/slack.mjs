import { WebClient } from '@slack/web-api';
import { base, report } from './raised.mjs';

const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => 'error' };
const client = new WebClient('xoxb-1', { slackApiUrl: `${base}/slack/`, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: quiet });
await report((s) => client.apiCall(s), (e) => ({ code: e.code, error: e.data?.error, messages: e.data?.response_metadata?.messages, retryAfter: e.retryAfter }));
