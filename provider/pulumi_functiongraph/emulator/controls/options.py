"""How the cloud behaves where documents are silent, and where clients reach it."""

from pulumi_functiongraph.emulator import environment, options
from pulumi_functiongraph.emulator.controls import orders
from pulumi_functiongraph.emulator.controls.orders import Order
from pulumi_functiongraph.emulator.local_cloud import LocalCloud
from pulumi_functiongraph.emulator.options import Options
from pulumi_functiongraph.emulator.state.store import Connection


async def show_options(cloud: LocalCloud, _order: Order) -> object:
    """The options in force."""
    return cloud.options.model_dump(mode="json")


async def set_options(cloud: LocalCloud, order: Order) -> object:
    """Change the options that the body names."""
    changes = orders.read(Options, await order.json()).model_dump(exclude_unset=True)

    def change(connection: Connection) -> Options:
        changed = cloud.options.model_copy(update=changes)
        options.keep(connection, changed)
        return changed

    cloud.options = await cloud.store.write(change)
    return cloud.options.model_dump(mode="json")


async def show_environment(cloud: LocalCloud, order: Order) -> object:
    """The environment variables with which clients reach this cloud."""
    url, name = order.url, cloud.flavour.name
    return cloud.store.read(lambda c: environment.variables(c, cloud=name, url=url))
