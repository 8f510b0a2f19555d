import fc from 'fast-check';

/** The gate judges the same code the same way each time. `FC_SEED=$RANDOM npx vitest run …` looks elsewhere. */
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261121) });
