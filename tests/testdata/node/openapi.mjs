// Validates an OpenAPI document: node openapi.mjs FILE
import SwaggerParser from "@apidevtools/swagger-parser";

const api = await SwaggerParser.validate(process.argv[2]);
console.log("valid", api.openapi);
