"""Agencies that functions can use, as FunctionGraph lists them."""

from pulumi_functiongraph.emulator.http import errors
from pulumi_functiongraph.emulator.http.call import Call
from pulumi_functiongraph.emulator.http.exchange import Answer, json_answer
from pulumi_functiongraph.emulator.iam import agencies


async def list_service_trusted_agencies(call: Call) -> Answer:
    """Agencies of the account that trust FunctionGraph; needs no rights in IAM."""
    wanted = call.cloud.options.service_trusted_agencies
    if wanted == "no" or (wanted == "by_cloud" and call.cloud.flavour.name != "huawei"):
        raise errors.UNKNOWN_API.error()
    domain_id = call.known_project().domain_id
    found = call.read(agencies.list_agencies, domain_id)
    return json_answer(
        [
            {"name": agency.name, "expire_time": agency.expire_time}
            for agency in found
            if agency.trust_domain_name == agencies.FUNCTIONGRAPH
        ]
    )
