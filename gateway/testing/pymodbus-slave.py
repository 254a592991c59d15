"""A Modbus slave that we did not write: `pymodbus-slave.py tcp PORT` or `rtu PATH`, unit 1.

Discrete inputs and coils alternate, beginning with true at 0; register n of both kinds holds
1000 + n, except for a float32 of 0.65 at 10 (high word first) and one with its words swapped at 12.
"""
import asyncio
import struct
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer

high, low = struct.unpack(">HH", struct.pack(">f", 0.65))
bits = [n % 2 == 0 for n in range(64)]
registers = [1000 + n for n in range(200)]
registers[10:14] = [high, low, low, high]
context = ModbusServerContext(
    slaves={
        1: ModbusSlaveContext(
            di=ModbusSequentialDataBlock(0, bits),
            co=ModbusSequentialDataBlock(0, bits),
            hr=ModbusSequentialDataBlock(0, registers),
            ir=ModbusSequentialDataBlock(0, registers),
            zero_mode=True,
        )
    },
    single=False,
)


async def main():
    kind, where = sys.argv[1:]
    if kind == "tcp":
        await StartAsyncTcpServer(context, address=("127.0.0.1", int(where)))
    else:
        await StartAsyncSerialServer(context, port=where, framer=ModbusRtuFramer, baudrate=19200)


asyncio.run(main())
