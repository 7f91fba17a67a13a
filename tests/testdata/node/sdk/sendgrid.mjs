import sendgrid from '@sendgrid/client';
import { base, report } from './raised.mjs';

sendgrid.setApiKey('SG.x');
sendgrid.setDefaultRequest('baseUrl', `${base}/sendgrid/`);
await report((s) => sendgrid.request({ method: 'GET', url: s }), (e) => ({ status: e.code, message: e.response?.body?.errors?.[0]?.message, field: e.response?.body?.errors?.[0]?.field }));
