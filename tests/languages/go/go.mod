module vstarcloud/languages

go 1.22
