// What an SDK raises for each scenario, as JSON: node openai.mjs BASE_URL SCENARIO…

// report calls the SDK for every scenario, and prints what describe says about the errors.
export async function report(call, describe) {
  const out = {};
  for (const scenario of process.argv.slice(3)) {
    try {
      out[scenario] = { returned: await call(scenario) };
    } catch (e) {
      out[scenario] = { class: e.constructor.name, ...describe(e) };
    }
  }
  console.log(JSON.stringify(out));
}

export const base = process.argv[2];
