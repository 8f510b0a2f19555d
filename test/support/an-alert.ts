import type { Alert } from '../../src/core/alert.ts';
import type { IncidentEvent } from '../../src/core/incident.ts';

export function anAlert(over: Partial<Alert> = {}): Alert {
  return {
    source: 'generic',
    key: 'checkout',
    title: 'Checkout fails',
    service: 'web',
    environment: 'production',
    severity: 'critical',
    status: 'firing',
    startedAt: '2026-11-21T20:29:00.000Z',
    url: '',
    labels: {},
    description: '',
    ...over,
  };
}

export function openedEvent(number: number, at = '2026-11-21T20:30:00.000Z'): IncidentEvent {
  return { type: 'opened', at, number, title: 'Checkout fails', alert: anAlert() };
}

export function noted(text: string, at = '2026-11-21T20:31:00.000Z'): IncidentEvent {
  return { type: 'noted', at, text };
}
