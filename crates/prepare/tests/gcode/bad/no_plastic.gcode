; refuse 0 lays down no plastic
G28
G1 X50 Y50 F6000
M84
