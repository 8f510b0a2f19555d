import { noise } from '../noise.ts';
import type { Thing } from '../stand-ins/kubernetes.ts';
import { letters } from './rollouts.ts';

export const NAMESPACE = 'production';
export const API = { apps: 'apps/v1', batch: 'batch/v1', core: 'v1' } as const;
export const iso = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
export const uid = (words: string) => {
  const hex = Array.from({ length: 32 }, (_, i) => Math.floor(noise(words, i) * 16).toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

export function owner(kind: string, apiVersion: string, name: string, id: string): Thing {
  return { apiVersion, kind, name, uid: id, controller: true, blockOwnerDeletion: true };
}

export function event(kind: string, name: string, apiVersion: string, type: string, reason: string, message: string, at: number): Thing {
  return {
    apiVersion: API.core,
    kind: 'Event',
    metadata: {
      name: `${name}.${letters(`${name}${reason}${at}`, 16)}`,
      namespace: NAMESPACE,
      creationTimestamp: iso(at),
      resourceVersion: '1',
    },
    involvedObject: { apiVersion, kind, name, namespace: NAMESPACE },
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: iso(at),
    lastTimestamp: iso(at),
    eventTime: null,
    source: { component: 'controller' },
  };
}
