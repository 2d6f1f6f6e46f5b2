"""Six designs as lines of csv, right and with faults."""

HEADER = "Design,Cathode,Anode,Electrolyte,N/P ratio,Separator thickness [um],Comment"
ROWS = [
    "A,NMC811,Si,LPSC,1.2,25,first",
    "B,NMC811,None,LLZO,,,",
    "C,NMC811,anode-free,LPSC,,30.5,",
    "D,NMC811,kryptonite,LPSC,1.1,20,unknown",
    "E,NMC811,Li,LPSC,-1,20,impossible",
    "F,NMC811,Al,LPSC,1.15,20,last",
]


def text(*rows, header=HEADER, end="\n"):
    return end.join([header, *rows]) + end
